# Looking for something in everything.

find-search = Posts, cases, people
find-label = In posts, cases, authors and people
find-help = As in a search:
find-help-number = . A number is a case.
find-hint = acme kettle
find-go = Find
find-nothing = Nothing was found
find-nothing-so-far = Nothing was found so far
find-nothing-text = Only what a search wanted is kept. Try fewer words, or a beginning such as
find-cases = Cases
find-case = Case { $number }
find-case-state = { $state }, priority { $priority }
find-colleagues = Colleagues
find-department = department
find-authors = Authors
find-followers = { $count ->
    [one] { $count } follower
   *[other] { $count } followers
}
find-profile = profile
find-profile-of = of { $name } in a new tab
find-posts = Posts
find-posts-older = Posts, older ones
# "This look came back to 22 Nov 14:05; there is more to look through."
find-stopped-before = This look came back to
find-stopped-after = ; there is more to look through.
find-further-back = Look further back
find-older = Older posts
