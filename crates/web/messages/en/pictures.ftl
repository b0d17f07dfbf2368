## Pictures of posts, in a case and on the page of a post.
pictures-one = Picture { $number } of { $all }
pictures-undescribed = No description by its author
pictures-more = { $count } more
