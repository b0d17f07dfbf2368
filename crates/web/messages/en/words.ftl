# Words of every page: times, counts, networks, languages, states, colleagues.
# A network is `network-…`, a language `language-…`.

words-full-stop = .

# Times. $zone is a zone's abbreviation or its offset.
words-moment = { $day } { $month } { $time } { $zone }
words-moment-of-year = { $day } { $month } { $year } { $time } { $zone }
words-time-am = { $time } AM
words-time-pm = { $time } PM
words-day = { $day } { $month }
words-clock = { $day } { $month }, { $time }
words-clock-of-year = { $day } { $month } { $year }, { $time }
words-month-1 = Jan
words-month-2 = Feb
words-month-3 = Mar
words-month-4 = Apr
words-month-5 = May
words-month-6 = Jun
words-month-7 = Jul
words-month-8 = Aug
words-month-9 = Sep
words-month-10 = Oct
words-month-11 = Nov
words-month-12 = Dec
words-weekday-1 = Mon
words-weekday-2 = Tue
words-weekday-3 = Wed
words-weekday-4 = Thu
words-weekday-5 = Fri
words-weekday-6 = Sat
words-weekday-7 = Sun

words-just-now = just now
words-in-a-moment = in a moment
words-ago-seconds = { $count } s ago
words-ago-minutes = { $count } min ago
words-ago-hours = { $count } h ago
words-ago-days = { $count ->
    [one] { $count } day ago
   *[other] { $count } days ago
}
words-in-seconds = in { $count } s
words-in-minutes = in { $count } min
words-in-hours = in { $count } h
words-in-days = { $count ->
    [one] in { $count } day
   *[other] in { $count } days
}
words-long-seconds = { $count } s
words-long-minutes = { $count } min
words-long-hours = { $count } h
words-long-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}

network-mastodon = Mastodon
network-bluesky = Bluesky
network-hackernews = Hacker News
network-feed = Feed
network-reddit = Reddit
network-mail = Mail
network-review = Review
network-discourse = Forum

# What a source is.
words-kind-feed = feed
words-kind-exec = program
words-kind-ingest = handed in over HTTP
words-kind-file = imported files

# A source's state, said of it.
words-health-not-asked = not asked yet
words-health-takes = takes posts
words-health-answers = answers
words-health-fails = fails, is tried again
words-health-broken = broken, needs you
words-health-paused = paused

# What a search is about.
words-about-brand = brand
words-about-product = product
words-about-rival = rival
words-about-category = category
words-about-person = person

words-role-observer = observer
words-role-member = member
words-role-administrator = administrator

# Who may see a post, where that is not everybody.
words-visible-unlisted = unlisted
words-visible-followers = for followers
words-visible-direct = direct message

# What a post was read as.
words-signal-positive = positive
words-signal-negative = negative
words-signal-purchase = wants to buy
words-signal-job = asks for a job

# What an author wants, where it stands alone.
words-intent-complaint = complaint
words-intent-question = question
words-intent-thanks = thanks
words-intent-purchase = wish to buy
words-intent-job = wish for a job

# The state of a case, in a word.
words-state-open = open
words-state-waiting = waiting
words-state-snoozed = snoozed
words-state-closed = closed

# Colleagues. The names with a capital stand at the beginning of a sentence.
words-you = you
words-you-first = You
words-operator = the operator
words-operator-first = The operator
words-rules-first = The rules
words-author-first = The author
words-clock-first = The clock
words-outbox-first = The answer
words-guest-first = Somebody outside
words-somebody-left = somebody who left
words-department-gone = a department that is gone
words-desk = Desk
words-desk-of = the desk of { $department }
words-user-of = { $user } of { $department }
words-account = @{ $handle } on { $network }

language-ar = Arabic
language-bg = Bulgarian
language-ca = Catalan
language-cs = Czech
language-da = Danish
language-de = German
language-el = Greek
language-en = English
language-es = Spanish
language-et = Estonian
language-fa = Persian
language-fi = Finnish
language-fr = French
language-he = Hebrew
language-hi = Hindi
language-hr = Croatian
language-hu = Hungarian
language-id = Indonesian
language-it = Italian
language-ja = Japanese
language-ko = Korean
language-lt = Lithuanian
language-lv = Latvian
language-nb = Norwegian
language-nl = Dutch
language-pl = Polish
language-pt = Portuguese
language-ro = Romanian
language-ru = Russian
language-sk = Slovak
language-sl = Slovenian
language-sr = Serbian
language-sv = Swedish
language-th = Thai
language-tr = Turkish
language-uk = Ukrainian
language-vi = Vietnamese
language-zh = Chinese
