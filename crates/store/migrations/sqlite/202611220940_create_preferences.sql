-- What each user prefers about the pages, kept here so that it is the same on every device they use. Who has no row
-- prefers nothing in particular.

create table preferences (
    user_id blob not null primary key references users (id),
    chosen text not null
) strict;
