-- Which posts need an answer, which of them somebody has dismissed and why, and what the orphan sweep found: proof that
-- none is forgotten. Written by the line, apart from what opens cases, so that one can be held against the other.

create table needs (
    post bigint not null primary key references posts (seq),
    at bigint not null
);

-- What was stored before is known where a case was opened for it.
insert into needs (post, at) select post, min(opened_at) from cases group by post;

create table dismissals (
    post bigint not null primary key references posts (seq),
    reason text not null,
    note text not null,
    actor text not null,
    at bigint not null
);

create table sweeps (
    id bigint generated always as identity primary key,
    at bigint not null,
    took_ms bigint not null,
    mentions bigint not null,
    owned bigint not null,
    answered bigint not null,
    dismissed bigint not null,
    orphans bigint not null,
    findings jsonb not null
);
