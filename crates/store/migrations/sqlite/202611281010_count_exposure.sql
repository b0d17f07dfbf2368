-- What people have had to read that was hard to read, by the events that brought it to them; a consumer of the feed writes
-- it, and it is forgotten after a while. And when somebody was last warned of something that is not an event.

create table exposures (
    user_id blob not null references users (id),
    case_id integer not null references cases (id),
    event integer not null,
    at integer not null,
    points integer not null,
    primary key (user_id, case_id, event)
) strict, without rowid;
create index exposures_at on exposures (at);

create table warnings (
    user_id blob not null references users (id),
    kind text not null,
    at integer not null,
    primary key (user_id, kind)
) strict, without rowid;
