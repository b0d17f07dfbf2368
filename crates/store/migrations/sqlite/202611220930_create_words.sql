-- The words of each post, so that a search over everything reads only posts that may match. The words are folded and cut
-- before they come here, so the engine's own folding is kept out: everything beyond ASCII belongs to a word.

create virtual table words using fts5 (
    folded,
    content = '',
    contentless_delete = 1,
    detail = none,
    tokenize = 'ascii'
);

-- Posts below this place were stored before there was an index; they are read one by one until they are in it.
insert into meta (key, value)
select 'words_before', cast(newest + 1 as text) from (select max(seq) as newest from posts) as posts where newest is not null;

-- Authors are found by the beginning of their handle or name; long ones by the beginning of that, for an index has room for no more.
create index authors_handle on authors (substr(lower(handle), 1, 64));
create index authors_name on authors (substr(lower(name), 1, 64));
