# Pictures of numbers.

chart-today = { $today } today
chart-today-usual = { $today } today, { $least } to { $most } on most days
chart-table = The days as a table
chart-day = Day ({ $zone })
chart-posts = Posts
chart-drawn = Mentions day by day: { $today }
chart-spans = How far back
chart-days = { $count } days
chart-year = a year
chart-nothing = Nothing in this time.
