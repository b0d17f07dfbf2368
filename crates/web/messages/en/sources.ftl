# Sources: the list, one source, and following something new.

## The list

sources = Sources
sources-in-trouble = { $count } in trouble
sources-paste = Follow something: paste any link
sources-link-example = https://blog.example/
sources-look = See what is there
sources-link-help = A feed or a page that has one, a Mastodon or Bluesky account, a hashtag, a Hacker News search.
sources-let-others = Or let others bring posts
sources-none = Nothing is followed yet
sources-none-about = Without a source nothing is heard. Paste the link of a feed, a blog, an account or a hashtag, and its posts are read from then on.
sources-name = Name
sources-state = State
sources-last-post = Last post
sources-next-try = Next try
sources-requests-left = Requests left
sources-no-post = none yet
sources-remedy-broken = Mend its settings or remove it; it is asked again every hour.
sources-remedy-failing = It is tried again by itself.
sources-budget = { $left } of { $limit }
sources-none-followed = no sources are followed
sources-all-answering = { $all ->
    [one] { $all } source answering
   *[other] { $all } sources answering
}
sources-some-answering = { $all ->
    [one] { $answering } of { $all } source answering
   *[other] { $answering } of { $all } sources answering
}

## One source

sources-its-mentions = Its mentions
sources-token = The token, shown only now:
sources-token-about = A program hands in posts so:
sources-example = Example
sources-ask-now = Ask it now
sources-make-token = Make a token
sources-pause = Pause
sources-go-on = Go on
sources-fates = What became of its posts
sources-no-fates = None came in so far.
sources-fate = Fate
sources-because = Because
sources-posts = Posts
sources-settings = Settings
sources-settings-of = Settings of the source
sources-remove-about = Removing ends the following; the posts that it brought stay.
sources-remove = Remove this source
sources-last-asked = last asked
sources-last-answered = last answered well
sources-last-post-at = last post
sources-next-try-at = next try
sources-added = added
sources-failed = failed in a row
sources-failed-times = { $count ->
    [one] { $count } time
   *[other] { $count } times
}
sources-unknown = unknown
sources-budget-left = requests left
sources-came-in = { $count ->
    [one] { $count } post came in; each met one fate.
   *[other] { $count } posts came in; each met one fate.
}
sources-fate-stored = stored
sources-fate-duplicate = duplicate
sources-fate-dropped = dropped
sources-fate-refused = refused
sources-why-new = seen for the first time
sources-why-version = a new version
sources-why-deletion = deleted on its network
sources-why-same-id = was there already
sources-why-same-url = the same article came from another source
sources-why-no-search = no search wanted it
sources-why-too-old = older than the beginning of the source
sources-why-unknown-deletion = the deletion of a post that was never wanted
sources-why-no-id = no identifier
sources-why-malformed = not readable as a post
sources-why-too-large = too large

## Following something new

sources-follow = Follow something
sources-no-such-kind = there is no such kind of source
sources-bad-settings = settings: { $why }
sources-link = Link
sources-nothing-there = Nothing to follow behind this link
sources-what-there = What can be followed
sources-nothing-there-about = Look on the page for a link to its feed, and paste that.
sources-name-of = Name of the source
sources-follow-it = Follow
sources-who-brings = Name of what brings them
sources-who-brings-example = our forum
sources-open-door = Open a door
sources-who-brings-help = Programs hand in posts over HTTP with a token, as JSON.
sources-programs = Programs that print posts are set up on the command line:
sources-programs-after = .
