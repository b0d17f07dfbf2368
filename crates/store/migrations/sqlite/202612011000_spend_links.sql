-- Links out of messages that were used. Each acts once, in whatever process and how often a message left; the row is written
-- in the transaction of what was done.

create table spent_links (
    user_id blob not null references users (id),
    case_id integer not null references cases (id),
    event integer not null,
    act text not null,
    at integer not null,
    primary key (user_id, case_id, event, act)
) strict, without rowid;
create index spent_links_at on spent_links (at);
