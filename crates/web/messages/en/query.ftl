# A query in words. What stands for { $what } comes marked, wherever it is put.

query-posts = Posts that { $what }.
query-not = Not { $what }.
query-those = those that { $what }
query-without = { $what }, without { $without }
query-only-without = are anything but { $without }
query-more = { $count } more
query-any-of = any of { $what }
query-beginning = words beginning with { $what }

query-list = { $first }, { $second }
query-list-and = { $first } and { $second }
query-list-or = { $first } or { $second }
query-list-comma-or = { $first }, or { $second }

query-near = { $count ->
    [one] { $first } within { $count } word of { $second }
   *[other] { $first } within { $count } words of { $second }
}
query-followed = { $count ->
    [one] { $first } and, at most { $count } word later, { $second }
   *[other] { $first } and, at most { $count } words later, { $second }
}
query-beside = { $first } directly beside { $second }
query-before = { $first } directly before { $second }

query-say = say { $what }
query-mention = mention { $what }
query-tag = carry { $what }
query-title = say { $what } in the title
query-text = say { $what } in the text, not only in the title
query-alt = have pictures described with { $what }
query-author-name = are by authors called { $what }
query-bio = are by authors who say { $what } about themselves
query-exact = say { $what }, written exactly so
query-raw = hold the characters { $what }
query-author = are by { $what }
query-network = are on { $what }
query-language = are in { $what }
query-link = link to { $what }
query-is = are { $what }
query-has = hold { $what }
query-followers = are by authors with { $what } followers
query-likes = have { $what } likes
query-replies = have { $what } replies
query-reshares = have { $what } reshares
query-views = have { $what } views
query-rating = give { $what } stars
query-posted = were posted on a day that is { $what }
query-sentiment = sound { $what }
query-intent = read as { $what }
query-department = read as something for { $what }
query-pack = belong to { $count ->
    [one] the pack { $what }
   *[other] one of the packs { $what }
}
query-pack-nothing = anything of { $count ->
    [one] the pack { $what }
   *[other] the packs { $what }
}
query-influence = are by authors with an influence of { $what }

query-exactly = exactly { $what }
query-at-least = at least { $what }
query-above = more than { $what }
query-at-most = at most { $what }
query-below = less than { $what }
query-between = between { $low } and { $high }

query-is-post = plain posts
query-is-reply = replies
query-is-reshare = reshares
query-is-quote = quotes
query-is-review = reviews
query-is-comment = comments
query-is-article = articles
query-is-question = questions
query-is-verified = by verified authors

query-has-link = a link
query-has-media = media
query-has-image = a picture
query-has-video = a film
query-has-hashtag = a hashtag
query-has-mention = a mention
query-has-emoji = an emoji
