-- The formula by which priorities are counted, as it was from one moment on; what an author did before, by an index of their
-- posts; and when the part of a case's priority has to change that says how long its author has been waiting.

create table formulas (
    number bigint not null primary key,
    at bigint not null,
    actor text not null,
    formula jsonb not null
);

create index posts_author on posts (author, seq) where author is not null;

alter table cases add column count_at bigint;
create index cases_count on cases (count_at) where count_at is not null;
