# The directory: who does what, and who is on duty now.

directory-summary = { $duty } of { $count ->
    [one] { $count } person
   *[other] { $count } people
} on duty now
directory-invite = Invite somebody
directory-change-departments = Change departments
directory-search = The directory
directory-find = Find a person or department, or an extension
directory-find-hint = Topic, language, skill, name or extension
directory-go = Find
directory-everybody = Everybody
directory-nobody = Nobody fits that
directory-nobody-text = Names, addresses, departments, topics, languages, skills and roles are looked at by the beginnings of their words, and extensions.

directory-departments = Departments
directory-fallback = takes what nothing else decides
directory-head = Head
directory-deputy = , deputy
directory-more-topics = { $count } more
directory-nobody-yet = nobody yet
directory-staffed = { $duty } of { $count } on duty
directory-closed-until = closed until { $time }
directory-closed = closed
directory-seat = , in the social team
# Who is asked instead of a department in which nobody is.
directory-covers = { $name } covers
directory-always-open = always open
directory-at-desk = { $count ->
    [one] { $count } case
   *[other] { $count } cases
} at the desk
directory-extension = Extension
directory-fits = Fits by

directory-people = People
directory-you = you
directory-on-duty = on duty
directory-off-duty = off duty
directory-always = always on duty
directory-until = on duty until { $time }
directory-back = off duty, back { $back }
directory-holiday = holiday ({ $holiday }), back { $back }
directory-away = away until { $until }, cases go to the desk
directory-away-stand-in = away until { $until }, { $name } stands in
directory-on-day = { $day } { $time }
directory-load = { $count ->
    [one] { $count } open case
   *[other] { $count } open cases
}
directory-load-of = { $open } of { $most } cases
directory-no-room = no room for more
directory-fit-skill = knows { $text }
directory-fit-topic = about { $text }
directory-local = { $time } in { $place }
# What somebody does, one after the other with semicolons between.
directory-leads = head of { $departments }
directory-stands-in = deputy in { $departments }
directory-works = works for { $departments }

# Below a field in which somebody types whom a case goes to
directory-pick = Topic, language, name or extension
directory-pick-found = Who fits
directory-pick-head = head { $name }
directory-pick-deputy = deputy { $name }
directory-full = { $load }, no room
