# The directory: who does what, and who is on duty now.

directory-summary = { $duty } of { $count ->
    [one] { $count } person
   *[other] { $count } people
} on duty now
directory-invite = Invite somebody
directory-change-departments = Change departments
directory-search = The directory
directory-find = Find a person or department
directory-find-hint = Name, department, language
directory-go = Find
directory-everybody = Everybody
directory-nobody = Nobody is called that
directory-nobody-text = Names, addresses, departments, languages and roles are looked at, by the beginnings of their words.

directory-departments = Departments
directory-fallback = takes what nothing else decides
directory-head = Head
directory-deputy = , deputy
directory-more-topics = { $count } more
directory-nobody-yet = nobody yet
directory-staffed = { $duty } of { $count } on duty

directory-people = People
directory-you = you
directory-on-duty = on duty
directory-off-duty = off duty
directory-always = always on duty
directory-local = { $time } in { $place }
# What somebody does, one after the other with semicolons between.
directory-leads = head of { $departments }
directory-stands-in = deputy in { $departments }
directory-works = works for { $departments }
