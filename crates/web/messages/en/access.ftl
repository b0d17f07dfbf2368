# How people get in: log-in, links that choose a password, the set-up.

## Log-in

access-log-in = Log in
access-log-in-to = to
access-session-ended = Your session ended. What you wrote is kept on this page and can be sent once you have logged in.
access-too-long = Your session ended, and what you sent is too long to be kept on this page. Log in in another tab, then go back here and send it again.
access-forgotten = Password forgotten? An administrator can make a link for you to choose a new one.
access-email = E-mail address
access-password = Password
access-send-again = Send it again
access-again = You are logged in again
access-again-about = Your session had ended before this was sent. Nothing was done with it yet.
access-again-send = Send it now
access-again-text = What you wrote
access-again-why = Why
access-again-note = Note
access-again-tags = Tags
access-leave = Leave it

## Links

access-link-for = for
access-link-about = . You are logged in with it at once.
access-link-submit = Keep it and begin
access-choose-new = Choose a new password
access-choose = Choose a password
access-password-help = At least 10 characters. Four words that nobody would guess together make a good one.
access-password-again = The same again
access-welcome = Welcome, { $name }
access-password-differs = these two are not the same; type the password twice

## The set-up: the company

access-company = Whose conversation is it?
access-company-about = Name, handles and site tell what to listen for. You see it all before anything is kept; it takes about a minute.
access-company-submit = See what can be heard
access-set-up = Set up
access-company-name = What is it called?
access-company-handles = Its handles on networks
access-company-handles-note = one a line, may stay empty
access-company-handles-help = Like @acme, @acme@social.example or acme.bsky.social.
access-company-website = Its website
access-may-stay-empty = (may stay empty)
access-company-unnamed = a company has a name; write it here

## The set-up: what to listen for

access-your-name = Your name
access-your-email = Your e-mail address
access-your-email-help = You log in with it.
access-zone = Time zone
access-zone-help = By its name, like Europe/Lisbon.
access-unreadable-settings = these settings cannot be read
access-steps = Steps
access-step-company = Company
access-searches = Searches
access-sources = Sources
access-departments = Departments
access-you = You
access-searches-proposed = { $count } proposed
access-sources-without-key = { $count } that need no key
access-departments-of-template = { $count } from the template
access-first-administrator = the first administrator
access-what = What should we listen for?
access-what-made-of = Made from the name, handles and site of
access-what-later = . Everything can be changed later.
access-search-in-words = The search { $name } in its own words
access-sources-help = Each of these answers without a key. Others can be added later by pasting a link.
access-departments-about = Who could be meant? Each gets a desk; you head them all until you name somebody else.
access-begin = Begin to listen
