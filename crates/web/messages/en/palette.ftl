# Find or do: kinds of what is found.

palette-case = Case
palette-case-of = { $number } · { $author }
palette-case-number = #{ $number }
palette-person = Colleague
palette-department = Desk
palette-search = Search
palette-author = Author
palette-find = Find
palette-everything = “{ $words }” in everything
