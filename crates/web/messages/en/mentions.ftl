# Mentions: the list, what stands beside it, and how one mention is shown anywhere.

## One mention

mentions-to-us = to us
mentions-edited = edited, version { $version }
mentions-reached-us = reached us
mentions-how-read = How it was read
mentions-matched-by = Matched by
mentions-deleted-before = Deleted on its network
mentions-deleted-after = .
mentions-more-searches = and { $count } more
mentions-why = Why it is here
mentions-original = the original in a new tab
mentions-heard = heard, not kept
mentions-stars = { $stars } of 5 stars
mentions-unknown-author = unknown
mentions-sure = sure to { $percent } %
mentions-sure-because = { $reasons }; sure to { $percent } %
mentions-pictures = { $count ->
    [one] { $count } picture
   *[other] { $count } pictures
}
mentions-films = { $count ->
    [one] { $count } film
   *[other] { $count } films
}
mentions-sounds = { $count ->
    [one] { $count } sound
   *[other] { $count } sounds
}

## The list

mentions-older = Older mentions
mentions-connecting = Connecting
mentions-pause = Pause
mentions-parts = Parts of this page
mentions = Mentions
mentions-searches = Searches
mentions-sources = Sources
mentions-change = Change
mentions-all = All mentions
mentions-newest = Back to the newest

## Where there is nothing to read

mentions-no-sources = Nothing is followed yet
mentions-no-sources-about = Paste the link of a feed, a blog, a Mastodon or Bluesky account, or a hashtag, and its posts are read from then on.
mentions-follow = Follow something
mentions-add-search = Add a search
mentions-no-searches = Nothing is searched yet
mentions-no-searches-about = Sources are read, but only posts that a search wants are kept. Begin with the name of your company or product.
mentions-none-of-search = Nobody has said this yet
mentions-none-of-search-about = New posts are compared with this search from now on; a mention appears here by itself. If this stays empty, the search may be too narrow.
mentions-change-search = Change the search
mentions-none-of-source = No mention from this source yet
mentions-none-of-source-about = Its posts are compared with every search; those that none wants are counted and not kept.
mentions-what-came-in = See what came in
mentions-none = No mentions yet
mentions-none-about = Sources are read and searches listen. The first mention appears here by itself.

## Beside the list

mentions-overview = Searches and sources
mentions-held = Posts cannot be stored.
mentions-held-about = Sources wait, and nothing is lost.
mentions-add = Add
mentions-search-unreadable = cannot be read
mentions-search-off = off
mentions-nothing-searched = Nothing is searched yet.
mentions-search-ideas = : a name, a brand, a product.
mentions-last-post = last post
mentions-no-post = no post yet
mentions-next-try = Next try
mentions-next-try-after = .
mentions-look = Look
mentions-look-at = at { $name }
mentions-nothing-followed = Nothing is followed yet.
mentions-paste = Paste a link
mentions-paste-ideas = to a feed, a page, an account or a hashtag.

## What the list is about

mentions-from = Mentions from { $network }
mentions-no-source = there is no source '{ $id }'
mentions-no-search = there is no search '{ $id }'
mentions-source-is = { $kind }, { $state }
mentions-search-silent = does not listen at the moment
