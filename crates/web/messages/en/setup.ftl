# The set-up in five steps.

setup = Set up
setup-for = setting up for
setup-later = Finish later
setup-steps = Steps
setup-done = Done:
setup-live = What is heard meanwhile
setup-skip = Skip
setup-save = Save
setup-change = Change
setup-not-yet = switchboard is not set up yet; open the link that it printed when it started
setup-no-step = there is no such step

setup-step-company = Company
setup-step-searches = Searches
setup-step-sources = Sources
setup-step-departments = Departments
setup-step-colleagues = Colleagues

setup-note-listening = { $count ->
    [one] { $count } search listens
   *[other] { $count } searches listen
}
setup-note-proposed = { $count } proposed
setup-note-skipped = left for later
setup-note-no-source = nothing is followed yet
setup-note-answer = { $answering ->
    [one] { $answering } of { $all } answers
   *[other] { $answering } of { $all } answer
}
setup-note-departments = { $count ->
    [one] { $count } department
   *[other] { $count } departments
}
setup-note-colleagues = { $count ->
    [one] { $count } colleague
   *[other] { $count } colleagues
}
setup-note-can-wait = can wait

## What is heard meanwhile

setup-first-after = First mention after { $time }
setup-mentions = Mentions
setup-listening = { $count ->
    [one] Listening: { $count } post heard so far
   *[other] Listening: { $count } posts heard so far
}
setup-not-listening = Nothing is listened to yet
setup-more-mentions = { $count ->
    [one] { $count } more mention
   *[other] { $count } more mentions
}
setup-where = Where it comes from
setup-where-nothing = No source is followed yet. The third step has some that need no key.
setup-next-try = Next try
setup-keys = Mentions of your own accounts on Bluesky and Mastodon need a login:
setup-keys-add = add an account
setup-source-asked = is being asked
setup-source-off = is off
setup-source-answers = answers
setup-source-silent = answers, nothing new so far
setup-source-unreachable = cannot be reached from this network ({ $host }: { $why }).
setup-source-refused = answers, and refuses this address: { $why }
setup-remedy-unreachable = To reach what cannot be reached, let this machine out to that host in your firewall; proxies are not used. Or turn it off: the others go on.
setup-remedy-refused = What refuses this address is asked again by itself; from another address, or with a login of your own, it may answer.
setup-somebody = somebody
setup-waiting = The first mention appears here.
setup-details = Details

# Before there is a company: what is asked for, if it is asked for.
setup-asked = What is asked, and of whom
setup-asked-bluesky = every public post, read as it is written; searches here choose among them
setup-asked-hackernews = stories and comments that name you
setup-asked-mastodon = posts with your name as a hashtag
setup-asked-reddit = the feed of its search for your name
setup-asked-site = which feeds it has
setup-asked-your-site = Your site
setup-asked-about = None of them needs a key. Nothing but these questions leaves this machine.

## 1. Company

setup-company = Whose conversation is it?
setup-company-about = Name, handles and site tell what to listen for. Each step can be skipped, changed and repeated.
setup-company-again = Searches and sources are proposed from these. What listens already stays as it is.
setup-company-name = What is it called?
setup-handles = Its handles on networks
setup-handles-note = one a line, may stay empty
setup-handles-help = Like @acme, @acme@social.example, acme.bsky.social or a link to the account.
setup-website = Its website
setup-may-stay-empty = may stay empty
setup-you = You
setup-your-name = Your name
setup-your-email = Your e-mail address
setup-your-email-help = You log in with it.
setup-zone = Time zone
setup-zone-help = By its name, like Europe/Lisbon.
setup-listen = Listen to public sources already while I go on
setup-listen-help = Bluesky, Hacker News, Mastodon, Reddit’s search feed and the feeds of your site are asked for public posts, some by your company’s name. Nothing else leaves this machine.
setup-company-submit = Begin

## 2. Searches

setup-searches = What should we listen for?
setup-lead = Made from your name, handles and site. Counts come from the { $heard } posts heard since { $since }.
setup-lead-cut = Made from your name, handles and site. Counts come from the newest { $heard } posts, heard since { $since }; there was no time for more.
setup-lead-nothing = Made from your name, handles and site. Nothing was heard yet; counts appear here as posts come in.
setup-lead-no-source = Made from your name, handles and site. No source is followed yet, so nothing can be counted: the next step has some that need no key.
setup-search-in-words = Search, in words
setup-would-bring = Would bring
setup-a-day = a day
setup-of-heard = of { $heard } heard
setup-nothing-heard = nothing heard yet
setup-common = “{ $name }” is short, or also a word of every day. This search asks for words of business beside it.
setup-common-so-far = “{ $name }” is short, or also a word of every day: alone it would bring { $number } of the { $heard } posts heard so far. This search asks for words of business beside it.
setup-common-a-day = “{ $name }” is short, or also a word of every day: alone it would bring { $number } posts a day. This search asks for words of business beside it.
setup-own-search = Another search
setup-examples = Examples
setup-of-search = of { $name }
setup-no-example = None so far.
setup-query = Query
setup-search-name = Name
setup-search-about = It is about
setup-try = Try it
setup-another-search = Another search
setup-no-proposal = No search could be made of this name. Write one yourself.
setup-other-searches = { $count ->
    [one] { $count } other search
   *[other] { $count } other searches
}
setup-listen-to = { $count ->
    [0] Listen to none
    [one] Listen to this one
   *[other] Listen to these { $count }
}
setup-not-listened = nothing was changed; look at the search that is marked

## 3. Sources

setup-sources = Where should we listen?
setup-sources-about = These answer without a key. Whatever is ticked is followed.
setup-not-followed = not followed
setup-unreadable-settings = these settings cannot be read
setup-site-looking = { $host } is being asked for its feeds.
setup-site-nothing = { $host } names no feed that could be followed.
setup-site-failed = { $host } could not be looked at: { $why }
setup-link = Something else? Paste any link or handle
setup-link-help = A feed or a page that has one, an account on Mastodon or Bluesky, a hashtag, a Hacker News search.
setup-link-missing = paste a link or a handle first
setup-link-long = a link has 4,096 characters at most
setup-link-nothing = Nothing can be followed there: it is no feed, and names none.
setup-link-known = All that can be followed there is in the list already.
setup-with-key = What needs a login
setup-with-key-bluesky = What is written to your account on Bluesky, and your answers there:
setup-with-key-mastodon = What is written to your account on Mastodon, and your answers there:
setup-with-key-add = add an account
setup-sources-submit = Follow these

## 4. Departments

setup-departments = Who could be meant?
setup-departments-about = Each has a desk, and a head who answers for it. Rename them, and untick what you do not have; more can come later.
setup-department-kept = { $name } is kept
setup-department-name = Name
setup-department-head = led by
setup-department-takes = Takes:
setup-department-rest = Takes what nothing else decides, so it stays.
setup-department-rest-change = Let another one take the rest
setup-department-cases = { $count ->
    [one] { $count } open case lies there; without this department it goes to the desk that takes the rest.
   *[other] { $count } open cases lie there; without this department they go to the desk that takes the rest.
}
setup-department-missing = not there
setup-departments-submit = Keep these
setup-more-topics = { $count ->
    [one] { $count } more topic
   *[other] { $count } more topics
}

## 5. Colleagues

setup-colleagues = Who works with you?
setup-colleagues-about = This can wait. Whoever you invite gets a link to hand on, by which they choose a password; it works once, for seven days.
setup-colleague-name = Name { $number }
setup-colleague-email = E-mail address { $number }
setup-colleague-department = Department { $number }
setup-colleagues-submit = Make links
setup-links = Hand these on in private
setup-people = Already here
setup-to-the-desk = Go to the desk

## On the desk

setup-unfinished = The set-up is not finished:
setup-unfinished-go = go on with it
