# Searches: the list, one search, and what its query would find.

## The list

searches = Searches
searches-add = Add a search
searches-none = Nothing is searched yet
searches-none-about = Sources are read, but only posts that a search wants are kept. Begin with the name of your company or product.
searches-name = Name
searches-about = It is about
searches-leans-to = Leans to
searches-mentions = Mentions
searches-state = State
searches-month = Last 30 days
searches-mentions-of = mentions of { $name }
searches-cannot-be-read = cannot be read
searches-listens = listens
searches-paused = paused
searches-listening = { $count ->
    [one] { $count } search listening
   *[other] { $count } searches listening
}

## One search

searches-one-name = name
searches-one-query = searches for
searches-one-leans-to = leans to
searches-one-state = state
searches-one-listens = it listens
searches-query = What to search for
searches-help-both = both words
searches-help-phrase = the phrase
searches-help-either = either
searches-help-without = not with
searches-help-beginnings = beginnings
searches-help-near = close together
searches-leave-out = Leave out
searches-leave-out-help = Each box leaves a pack out of the search.
searches-leave-out-packs = What the packs find
searches-left-out-takes = would take { $count }
searches-left-out-spared = takes { $count }
searches-left-out-about = Counted in { $posts } posts heard since { $since }.
searches-left-out-cut = Time was up: counted only in { $posts } posts heard since { $since }.
searches-try = Try it
searches-try-about = on what was said lately; nothing is saved
searches-name-note = (the search itself, if left empty)
searches-department = Department it leans to
searches-department-note = (where nothing else decides)
searches-no-department = none
searches-listen = It listens
searches-back-fill = Also take in what it finds in the last 48 hours
searches-back-fill-note = (opens no cases)
searches-save = Save
searches-begin = Listen for this
searches-leave = Leave it
searches-remove-about = Removing takes the search and its marks away; the posts stay.
searches-remove = Remove this search
searches-change = Change a search
searches-new = New search
searches-its-mentions = { $count ->
    [one] { $count } mention
   *[other] { $count } mentions
}
searches-type-brand = our company or brand
searches-type-product = one of our products
searches-type-rival = a rival
searches-type-category = what we sell, without a name
searches-type-person = somebody who stands for us
searches-filling-found = { $count ->
    [one] { $count } post matches
   *[other] { $count } posts match
}
searches-filling-new = { $count ->
    [one] { $count } of them is new
   *[other] { $count } of them are new
}
searches-filling-stopped = Taking in what was said before stopped early: { $why }
searches-filling-done = What was said before is taken in: { $found }, { $new }.
searches-filling = What was said before is being taken in: so far { $found }, { $new }. Look again soon.

## What a query would have found

searches-preview-unreadable = It cannot be read yet
searches-preview-none-before = No example. If you expect some, try fewer words,
searches-preview-none-or = , or a beginning such as
searches-preview-none-after = .
searches-preview-examples = The newest examples
searches-preview-drawn = { $posts } in { $days }, at most { $most } a day
searches-preview-count = { $count ->
    [one] { $count } post
   *[other] { $count } posts
}
searches-preview-span-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
searches-preview-span-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
searches-preview-too-little = Too little was heard yet to say how many mentions a day
searches-preview-hardly = Hardly any mention a day
searches-preview-about = About { $mentions } mentions a day
searches-preview-at-least = At least { $mentions } mentions a day
searches-preview-by-everything = By everything that was heard in the last { $span }.
searches-preview-by-kept = By what other searches kept in the last { $span }; there may be more.
searches-preview-stored = { $count ->
    [one] { $count } stored post matches, of the last 30 days.
   *[other] { $count } stored posts match, of the last 30 days.
}
searches-preview-heard = { $count ->
    [one] { $count } post more among what was heard since { $since } and not kept.
   *[other] { $count } posts more among what was heard since { $since } and not kept.
}
searches-preview-cut = Time was up: only posts since { $since } were looked at.
