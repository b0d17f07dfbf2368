-- What routing learns from: where cases turned out to belong, with what had been proposed before that was known, and texts
-- that administrators give as examples. What was learnt is made of these rows anew at each start.

create table labels (
    -- `case` is a word of SQL.
    case_id integer not null primary key references cases (id),
    post integer not null references posts (seq),
    version integer not null,
    department blob not null references departments (id),
    source text not null,
    at integer not null,
    first blob not null references departments (id),
    proposed blob references departments (id),
    score real,
    probability real
) strict;
create index labels_at on labels (at, case_id);

create table examples (
    id integer primary key autoincrement,
    department blob not null references departments (id),
    text text not null,
    actor text not null,
    at integer not null
) strict;
