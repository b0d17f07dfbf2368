-- When users were last given a case in turn, so that between equals it is whoever has waited longest. Written with the
-- event that makes them the owner.

create table turns (
    user_id blob not null primary key references users (id),
    at integer not null
) strict, without rowid;
