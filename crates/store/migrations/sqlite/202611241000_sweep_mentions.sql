-- Which posts need an answer, which of them somebody has dismissed and why, and what the orphan sweep found: proof that
-- none is forgotten. Written by the line, apart from what opens cases, so that one can be held against the other.

create table needs (
    post integer not null primary key references posts (seq),
    at integer not null
) strict;

-- What was stored before is known where a case was opened for it.
insert into needs (post, at) select post, min(opened_at) from cases group by post;

create table dismissals (
    post integer not null primary key references posts (seq),
    reason text not null,
    note text not null,
    actor text not null,
    at integer not null
) strict;

create table sweeps (
    id integer primary key autoincrement,
    at integer not null,
    took_ms integer not null,
    mentions integer not null,
    owned integer not null,
    answered integer not null,
    dismissed integer not null,
    orphans integer not null,
    findings text not null
) strict;
