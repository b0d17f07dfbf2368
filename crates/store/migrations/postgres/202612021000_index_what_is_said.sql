-- What is said and written in cases beside their posts, so that a case is found by it. Each event that holds words of
-- somebody has a place here, in the order in which they were written. Its words are in a table like `words`.

create table said (
    seq bigint not null primary key,
    case_id bigint not null references cases (id) on delete cascade,
    number bigint not null check (number > 0),
    -- All of it is talk among colleagues.
    is_side_talk boolean not null,
    unique (case_id, number)
);

create table said_words (
    said bigint not null primary key references said (seq) on delete cascade,
    folded tsvector not null
);
create index said_words_folded on said_words using gin (folded);

-- Places of what was said before. Their words are folded outside the database, so they follow piece by piece, newest
-- first; until then what stands below the place in `meta` is read one by one.
insert into said (seq, case_id, number, is_side_talk)
select row_number() over (order by at, case_id, number), case_id, number,
    kind in ('noted', 'question_asked', 'question_answered', 'offered', 'declined')
from events
where kind = 'opened'
    or kind in (
        'noted', 'question_asked', 'question_answered', 'offered', 'declined', 'released', 'moved', 'tagged',
        'prioritised', 'closed', 'reopened', 'merged', 'split', 'reply_queued'
    )
    and (actor like 'user:%' or actor in ('operator', 'guest'));

insert into meta (key, value)
select 'said_before', cast(newest + 1 as text) from (select max(seq) as newest from said) as said where newest is not null;
