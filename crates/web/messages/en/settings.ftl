# Settings: the company, its people and departments, rules, accounts, keys, and what everybody says about themselves.

## Around the pages

settings = Settings
settings-place-company = Company
settings-place-users = Users
settings-place-departments = Departments
settings-place-rules = Rules
settings-place-sla = Service levels
settings-place-accounts = Accounts
settings-place-you = You
settings-place-style = Style
settings-place-setup = Set up again
settings-place-push = Browsers
settings-place-chat = Chat
settings-place-mail = Mail
settings-place-notifications = Notifications
settings-place-keys = Your keys
settings-leave = Leave it
settings-add = Add
settings-save = Save

## Fields that several pages have

settings-name = Name
settings-department = Department
settings-may-stay-empty = (may stay empty)
settings-no-department = there is no such department

## Company

settings-company-handles = Handles
settings-company-handles-note = one a line
settings-company-handles-help = What the company is called on networks, like @acme or acme.example.
settings-company-website = Website
settings-rest = Where the rest goes
settings-company-rest-about = The desk of this department takes what no rule and no department's topics decide, so that nothing lies around.

## Users

settings-users-invite = Invite somebody
settings-users-role = Role
settings-users-departments = Works for
settings-users-duty = On duty
settings-users-state = State
settings-users-active = active
settings-users-not-active = not active
settings-users-invited = invited, no password yet
settings-users-locked = locked after wrong passwords
settings-role-observer = observer
settings-role-member = member
settings-role-administrator = administrator
settings-role-observer-words = Observer: reads what is public
settings-role-member-words = Member: works on cases
settings-role-administrator-words = Administrator: also keeps users, rules, sources and accounts
settings-users-email = E-mail address
settings-users-bad-role = choose one of the roles
settings-users-invite-about = You get a link to hand on, by which they choose a password. It works once, for seven days.
settings-users-invite-submit = Invite
settings-users-hand = Hand this link to { $name }
settings-users-hand-about = It is shown this once. Whoever opens it first chooses the password, so hand it on in private.
settings-users-link = A link to get in
settings-users-link-about = A link by which they choose a password. Earlier links stop working; it works once.
settings-users-link-submit = Make a link
settings-users-wrong = Wrong passwords
settings-users-wrong-about = Passwords are looked at again at once.
settings-users-wrong-submit = Unlock
settings-users-leaving = Leaving
settings-users-leaving-about = They are logged out at once, and their cases go to the desks of their departments. What they did stays in the histories.
settings-users-leaving-submit = Deactivate
settings-users-back = Coming back
settings-users-back-about = They can log in again, with the password they had.
settings-users-back-submit = Activate
settings-users-at-the-moment = At the moment: { $state }.

## What everybody says about themselves

settings-you-languages = Answers in
settings-you-languages-help = Tags of languages, like en, de, pt-BR.
settings-you-zone = Time zone
settings-you-zone-help = By its name, like Europe/Lisbon.
settings-you-duty-note = (always, if left empty)
settings-you-duty-help = By the clock there, like mon-fri 09:00-17:00, sat 10:00-14:00.
settings-you-about = { $email }, { $role }
settings-you-password = Password
settings-you-password-about = You stay logged in here; everywhere else you are logged out.
settings-you-password-submit = Change the password
settings-you-password-old = The password you have now
settings-you-password-new = The new one
settings-you-password-help = At least 10 characters.
settings-you-password-again = The new one again
settings-you-password-changed = Your password is changed. You are logged out everywhere but here.
settings-you-password-differs = these two are not the same; type the new password twice

## What they prefer

settings-looks = How it looks
settings-looks-about = For you alone, on every device on which you are logged in.
settings-looks-theme = Colours
settings-looks-contrast = Contrast
settings-looks-density = Spacing
settings-looks-keys = Single keys
settings-looks-keys-help = Off, if you dictate or press keys by accident. Ctrl with Enter still sends what is written.
settings-looks-language = Language
settings-looks-clock = Clock
settings-looks-system = as the device has it
settings-looks-light = light
settings-looks-dark = dark
settings-looks-more-contrast = more
settings-looks-normal = normal
settings-looks-compact = compact: more cases at a glance
settings-looks-roomy = roomy: more of each case
settings-looks-keys-on = act on the desk
settings-looks-keys-off = off
settings-looks-browser = as the browser asks for it
settings-looks-english = English
settings-looks-mirrored = English, mirrored (for testing)
settings-looks-24 = 24 hours
settings-looks-12 = 12 hours, with AM and PM
settings-looks-bad = choose one of these

## Departments

settings-departments-add = Add a department
settings-departments-head = Head
settings-departments-deputy = Deputy
settings-departments-takes = Takes
settings-departments-topics = Topics
settings-departments-people = People
settings-departments-takes-rest = takes the rest
settings-departments-closed = closed
settings-departments-no-topics = none
settings-departments-no-deputy = nobody
settings-departments-key = Key
settings-departments-key-note = (made of the name, if left empty)
settings-departments-key-help = What rules and programs call it: a-z, 0-9 and -.
settings-departments-intents = Takes posts that are read as
settings-departments-keywords = Takes posts about
settings-departments-keywords-note = one word or phrase a line
settings-departments-new = A new department
settings-departments-new-about = It gets a desk of its own. Its head answers for what lies there.
settings-departments-bad-head = choose somebody; each department has a head
settings-departments-bad-deputy = there is no such user
settings-departments-rest-about = Its desk takes what no rule and no department's topics decide.
settings-departments-rest-submit = Let it take the rest
settings-departments-closing-about = Nothing goes to a closed department any more; its history stays. It must have no open case, and no rule or search may lead to it.
settings-departments-closing = Closing
settings-departments-closing-submit = Close this department
settings-departments-opening = Opening
settings-departments-opening-about = Posts are routed to it again.
settings-departments-opening-submit = Open this department
settings-departments-is-closed = Closed.
settings-departments-is-fallback = Takes what nothing else decides.

## Rules

settings-rules-about = Looked at in this order for each post. What no rule decides goes by the topics of the departments.
settings-rules-add = Add a rule
settings-rules-none = There is no rule. Posts go by the topics of the departments alone.
settings-rules-off = off
settings-rules-read-as = read as { $intent }
settings-rules-and-read-as = and read as { $intent }
settings-rules-earlier = Earlier
settings-rules-later = Later
settings-rules-goes-to = goes to { $department }
settings-rules-tagged = tagged { $tags }
settings-rules-priority = priority { $change }
settings-rules-any-intent = anything
settings-rules-no-department = stays where it is
settings-rules-name-help = Shown in each case as the reason of what the rule did.
settings-rules-when = When a post matches
settings-rules-when-note = (may stay empty, if an intent is chosen)
settings-rules-when-help = In the language of searches, like: refund OR "money back". department:sales holds once the post goes there.
settings-rules-intent = And is read as
settings-rules-department = It goes to
settings-rules-tags = Its case is tagged
settings-rules-tags-help = Divided by commas.
settings-rules-added-priority = Added to its priority
settings-rules-priority-help = -100 to 100.
settings-rules-enabled = The rule is looked at
settings-rules-try = Try it on the last 14 days
settings-tried-headline = Would have moved { $changed } of { $posts }
settings-tried-about = Nothing was changed. Compared are the rules of today with the same rules and this one as it is typed above, for each mention that needed an answer.
settings-tried-cut = There are too many posts to look at all while a page waits: what came before { $moment } was left out. The command rule try looks for longer.
settings-tried-departments = By department
settings-tried-department = Department
settings-tried-before = Now
settings-tried-after = With this rule
settings-tried-dismissed = Dismissed
settings-tried-dismissed-by = dismissed by “{ $rule }”
settings-tried-becomes = becomes
settings-tried-more = { $count ->
    [one] 1 more; the API and the command line name them all.
   *[other] { $count } more; the API and the command line name them all.
}
settings-rules-owner = Its case is given to
settings-rules-no-owner = nobody: it waits at the desk
settings-rules-owner-help = Somebody who works for that department. If they cannot own a case any more, it stays at the desk.
settings-rules-unknown-owner = there is no such user; choose another
settings-rules-dismisses = It gets no case: it is dismissed, and the rule is named as the reason
settings-rules-stop = Rules after this one are not looked at
settings-rules-owned-by = given to { $owner }
settings-rules-dismissed = dismissed
settings-rules-stops = the rules after it are not looked at
settings-rules-unknown-department = there is no such department; choose another
settings-rules-bad-priority = write a whole number from -100 to 100
settings-rules-new = A new rule
settings-rules-new-about = Rules are looked at in their order, this one after the others. It counts from the next post on.
settings-rules-removing = Removing
settings-rules-removing-about = Cases that it opened keep what it decided.
settings-rules-removing-submit = Remove this rule
settings-rules-bad-place = a place is a number from 1

## Accounts

settings-accounts-about = With these the company answers on the networks.
settings-accounts-add-mastodon = Add a Mastodon account
settings-accounts-add-bluesky = Add a Bluesky account
settings-accounts-none = There is none yet. Until there is, nothing can be answered from here.
settings-accounts-account = Account
settings-accounts-network = Network
settings-accounts-departments = Who answers with it
settings-accounts-state = State
settings-accounts-ready = ready
settings-accounts-waits = waits
settings-accounts-everybody = everybody
settings-accounts-secret-note = (stays if left empty and nothing else of the log-in changes)
settings-accounts-handle = Handle
settings-accounts-handle-help = For example acme.bsky.social.
settings-accounts-app-password = App password
settings-accounts-app-password-help = Make one on bsky.app under Settings, App passwords.
settings-accounts-server = Server
settings-accounts-server-note = (empty: bsky.social)
settings-accounts-instance = Instance
settings-accounts-instance-help = For example https://social.example.
settings-accounts-token = Access token
settings-accounts-token-help = Make one on the instance under Preferences, Development, with the scopes read and write.
settings-accounts-answers = Departments that answer with it
settings-accounts-answers-help = If none is ticked, all of them do.
settings-accounts-new = A new { $network } account
settings-accounts-new-about = Its network is asked who it is. The secret is kept sealed and never shown again.
settings-accounts-nothing-there = nothing is answered there
settings-accounts-on = An account on { $network }.
settings-accounts-asking = Asking
settings-accounts-asking-about = Its network is asked whether it still lets the account in.
settings-accounts-asking-submit = Ask now
settings-accounts-removing-about = Nothing leaves through it any more. What lies in its outbox fails and goes back to its cases; what it has said stays yours.
settings-accounts-removing = Removing
settings-accounts-removing-submit = Remove this account
settings-accounts-lets-in = Its network lets the account in.

## Keys

settings-keys-about = A key lets a program do over the API what you may do. Make one for each program, so that one can be taken away alone.
settings-keys-made = made
settings-keys-last-used = last used
settings-keys-never-used = never used
settings-keys-take-away = Take away
settings-keys-take-away-which = the key for { $name }
settings-keys-make = Make a key
settings-keys-make-submit = Make it
settings-keys-name = What it is for
settings-keys-shown = The key for { $name }
settings-keys-shown-about = It is shown this once. Programs send it as “Authorization: Bearer …” and may do what you may.

# Service levels
settings-sla-about = How soon people hear from us, and who is told when they do not. Of several that are about a case the first counts.
settings-sla-add = Add a service level
settings-sla-new = A new service level
settings-sla-new-about = The clocks of all cases go by it at once, also of those that are open now.
settings-sla-empty = No service level yet, so no clock runs and nobody is told that somebody waits.
settings-sla-unknown = there is no such service level
settings-sla-all = every case
settings-sla-on = on { $networks }
settings-sla-from-priority = priority { $least } and more
settings-sla-with-tag = tagged { $tag }
settings-sla-first = First answer
settings-sla-next = Next answer
settings-sla-end = End
settings-sla-accept = Accept a transfer
settings-sla-business = counts business hours
settings-sla-always = counts all the time
settings-sla-warns = warns after { $percent } %
settings-sla-tells-at-once = tells { $who } when it is late
settings-sla-tells = tells { $who } { $after } later
settings-sla-days = { $count } d
settings-sla-hours = { $count } h
settings-sla-minutes = { $count } min
settings-sla-head = the head of the department
settings-sla-deputy = the deputy
settings-sla-team-head = the head of the team
settings-sla-departments = Cases of
settings-sla-none-is-all = none means all
settings-sla-networks = On these networks
settings-sla-networks-help = With commas between, as mastodon, reddit.
settings-sla-least = From this priority on
settings-sla-tag = With this tag
settings-sla-target-help = As 30 min, 4 h, 1 d 2 h; empty where nothing is promised.
settings-sla-in-hours = Only the business hours of the department count
settings-sla-warn = Warn after so many per cent
settings-sla-warn-help = 10 to 95.
settings-sla-chain = Who is told when it is late
settings-sla-chain-help = A line for each step: how much later, and head, deputy or team head. As: head, then 1 h team head.
settings-sla-bad-step = “{ $line }” is no step; write how much later and head, deputy or team head, as 1 h deputy
settings-sla-bad-time = “{ $text }” is no time; write it as 30 min, 4 h or 1 d 2 h
settings-sla-bad-number = “{ $text }” is no number
settings-sla-removing = Removing
settings-sla-removing-about = Clocks that ran by it go by the next one that is about their case.
settings-sla-removing-submit = Remove this service level

## Hours, extensions and what people know

settings-bad-number = write a number, or leave it empty
settings-extension = Extension
settings-extension-help = Two to six digits by which colleagues reach it at once, like 21. Nobody shares it.
settings-skills = Skills
settings-skills-help = What else to find them by, divided by commas, like repairs, warranty law.
settings-holidays-of = Holidays
settings-no-holidays = none
settings-most-cases = Most open cases
settings-most-cases-help = They are given no more than these; empty for as many as come.
settings-absences = Absences
settings-office-languages = Languages
settings-office-hours = Open
settings-office-hours-help = Business hours like mon-fri 09:00-17:00; always, if empty. Clocks of cases run in them.
settings-office-zone = Time zone of the hours
settings-office-zone-help = Like Europe/Lisbon; UTC, if empty.
settings-office-cover = While it is closed
settings-office-no-cover = nobody covers
settings-office-cover-help = The department that is asked while it is closed or nobody is there.
settings-office-assignment = Cases at its desk
settings-office-pull = People take them
settings-office-round-robin = They are given in turn to whoever is on duty and has room
settings-office-accept = Offers stand for
settings-office-accept-help = Minutes to accept an offer; as configured, if empty.
settings-office-unaccepted = What nobody accepts in time
settings-office-sender = stays with who offered it
settings-office-head = goes to its head
settings-office-interest = Answers for
settings-office-no-interest = none of these
settings-office-service = Service: somebody needs help
settings-office-sale = Sales: somebody may buy
settings-office-press = Press: it may harm in public
settings-office-interest-help = It is told of cases in which this is at stake, whoever has them.
