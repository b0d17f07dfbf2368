# Looking for something in everything.

find-search = Posts, cases, people
find-label = In posts, in all that is said in cases, in authors and people
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
# Where in a case the words stand; a quotation follows.
find-in-author = The author
find-in-tag = Tag
find-in-reply = In our answer by { $who }
find-in-despite = Why { $who } answered again
find-in-note = In a note by { $who }
find-in-question = Asked by { $who }
find-in-question-answer = Told by { $who } when asked
find-in-outreach = About a call or mail, by { $who }
find-in-offer = Transfer by { $who }
find-in-decline = Transfer declined by { $who }
find-in-release = Given back by { $who }
find-in-move = Moved by { $who }
find-in-priority = Priority changed by { $who }
find-in-close = Closed by { $who }
find-in-reopen = Opened again by { $who }
find-in-merge = Merged by { $who }
find-in-split = Split by { $who }
find-somebody = somebody
find-taken-back = taken back
find-cut = More may have been said in cases than was looked at. Add a word, or look for a rarer one.
