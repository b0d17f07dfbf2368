-- What routing learns from: where cases turned out to belong, with what had been proposed before that was known, and texts
-- that administrators give as examples. What was learnt is made of these rows anew at each start.

create table labels (
    -- `case` is a word of SQL.
    case_id bigint not null primary key references cases (id),
    post bigint not null references posts (seq),
    version bigint not null,
    department uuid not null references departments (id),
    source text not null,
    at bigint not null,
    first uuid not null references departments (id),
    proposed uuid references departments (id),
    score double precision,
    probability double precision
);
create index labels_at on labels (at, case_id);

create table examples (
    id bigint generated always as identity primary key,
    department uuid not null references departments (id),
    text text not null,
    actor text not null,
    at bigint not null
);
