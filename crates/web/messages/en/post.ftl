# One post: its words, its versions, why it matched, how it was read.

## Its words

post-see-it = See it on { $host }
post-author-page = The author’s page
post-case = Case { $id }
post-case-with = with
post-make-case = Make a case of it
post-make-case-about = It then has an owner until it is closed.
post-deleted-before = Deleted on its network
post-deleted-after = . Its words are gone from here too; that it was there stays.
post-attached = Attached
post-links = Links in it
post-versions = Earlier versions
post-version-edited = Version { $version }, edited
post-version-reached = Version { $version }, reached us
post-words-gone = Its words are gone.
post-wire = As stored, on the wire
post-wire-json = JSON of the post
post-wire-cut = The rest is left out here; the API gives all of it.

## About it

post-about = About this post
post-why = Why it matched
post-why-addressed = It is addressed to us.
post-why-removed = The searches that wanted it were removed.
post-why-words = Words that matched
post-why-no-word = By what it is, not by a word in it.
post-readings = How it was read
post-no-readings = Nothing was read out of it.
post-how-sure = how sure, from 0 to 1
post-models = Read by { $models }. The figure says how sure, from 0 to 1.
post-author = Author
post-figures = Figures
post-facts = Facts
post-title = { $author } on { $network }
post-signal-language = language
post-signal-sentiment = sentiment
post-signal-intent = intent
post-author-followers = followers
post-author-following = following
post-author-posts = posts
post-author-verified = verified
post-author-verified-by = by its network
post-figure-likes = likes
post-figure-replies = replies
post-figure-reshares = reshares
post-figure-views = views
post-id = id
post-network = network
post-source-removed = removed since
post-came-from = came from
post-seen-by = seen by
post-everybody = everybody
post-addressed = addressed
post-addressed-to-us = to us
post-kind = kind
post-network-says = network says
post-answers = answers
post-thread = thread
post-kind-post = post
post-kind-reply = reply
post-kind-reshare = reshare
post-kind-quote = quote
post-kind-review = review
post-kind-comment = comment
post-kind-article = article
post-at-posted = posted
post-at-edited = edited
post-at-reached = reached us
post-at-deleted = deleted
post-media-picture = picture
post-media-film = film
post-media-sound = sound
post-media-link = link card
post-media-bare = not described
