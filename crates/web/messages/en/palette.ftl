# Find or do: kinds of what is found.

palette-case = Case
palette-case-of = { $number } · { $author }
palette-case-number = Case { $number }
palette-person = Colleague
palette-department = Desk
palette-search = Search
palette-author = Author
