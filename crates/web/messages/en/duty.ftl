# Who is on duty when: the calendar, absences, holidays, the social team.

## The calendar

duty = Duty calendar
duty-about = Hours by your clock ({ $zone }).
duty-week = { $from } to { $until }
duty-previous = Previous week
duty-next = Next week
duty-today = This week
duty-days = Days
duty-weeks = Weeks
duty-show = Show
duty-all-departments = All departments
duty-department = Department
duty-always = all day
duty-closed = closed
duty-gap = nobody { $times }
duty-gap-all-day = nobody all day
duty-away = away
duty-away-stand-in = away, { $name } stands in
duty-now = on duty now
duty-nobody-now = nobody on duty now
duty-covers = { $name } covers
duty-free = –
duty-nobody = Nobody works on cases yet.
duty-your-absences = Your absences
duty-legend-on = on duty
duty-legend-open = open
duty-legend-gap = open, nobody there
duty-legend-away = away or holiday
duty-keys = Left and Right turn the week, T is this week.

## Absences

absences = Absences
absences-yours = Your absences
absences-of = Absences of { $name }
absences-about = When an absence begins, each open case goes to who stands in, or to the desk of its department.
absences-none = No absence is planned.
absences-new = A new absence
absences-first = First day
absences-last = Last day
absences-stand-in = Who stands in
absences-nobody = nobody: cases go to the desks
absences-stand-in-help = They get the cases of departments that they work for; the others go to the desks.
absences-show = Show where cases go
absences-enter = Enter it
absences-remove = Remove
absences-now = away now
absences-stands-in = { $name } stands in
absences-no-stand-in = cases go to the desks
absences-from-until = { $from } to { $until }
absences-bad-day = choose a day
absences-bad-order = the last day cannot be before the first
absences-hand-over = Where the cases go
absences-cases = { $count ->
    [one] { $count } open case goes
   *[other] { $count } open cases go
} when the absence begins ({ $from }), { $desk } of them to a desk.
absences-no-cases = No case is open, so nothing has to be handed over.
absences-case = Case
absences-goes-to = Goes to
absences-desk = the desk of { $department }

## Holidays

holidays = Holidays
holidays-about = Days on which the people of a place do not work, and on which no business hours count.
holidays-add = Add a calendar
holidays-empty = There is no calendar of holidays yet; people work on every day of their hours.
holidays-new = A new calendar of holidays
holidays-name-help = What people call it, like Portugal.
holidays-key = Key
holidays-key-help = What users and departments name it by: a-z, 0-9 and -, like pt.
holidays-taken = this is the key of { $name }; choose another, or change that one
holidays-days = Days
holidays-days-note = one a line
holidays-days-help = The day and its name, like 2026-12-25 Christmas Day.
holidays-days-of = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
holidays-next = next is { $day }
holidays-of = { $departments ->
    [one] { $departments } department
   *[other] { $departments } departments
}, { $people ->
    [one] { $people } person
   *[other] { $people } people
}
holidays-removing = Removing
holidays-removing-about = Nobody may have it any more.
holidays-remove = Remove this calendar

## The social team

team = Social team
team-about = Everybody who answers in public, across the departments. It has one head, and a seat for each department that has a say.
team-head = Head
team-head-help = There is exactly one. Clocks that run out tell them as the last step.
team-deputy = Deputy
team-nobody = nobody
team-seats = Seats
team-seats-about = Who sits in the team for a department works for it.
team-service-seat-empty = the service seat is empty
team-seat-empty = empty
team-bad-user = there is no such user
team-no-head = Nobody heads the social team.
team-no-service-seat = The service seat of the social team is empty: nobody sits in it for { $department }.
team-no-seat = Nobody sits in the social team for { $department }.
team-mend = Name somebody
