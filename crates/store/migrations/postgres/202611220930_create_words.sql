-- The words of each post, so that a search over everything reads only posts that may match. The words are folded and cut
-- before they come here, so no dictionary of the engine takes part.

create table words (
    post bigint not null primary key references posts (seq) on delete cascade,
    folded tsvector not null
);
create index words_folded on words using gin (folded);

-- Posts below this place were stored before there was an index; they are read one by one until they are in it.
insert into meta (key, value)
select 'words_before', cast(newest + 1 as text) from (select max(seq) as newest from posts) as posts where newest is not null;

-- Authors are found by the beginning of their handle or name; long ones by the beginning of that, for an index has room for no more.
create index authors_handle on authors ((substr(lower(handle), 1, 64)) collate "C");
create index authors_name on authors ((substr(lower(name), 1, 64)) collate "C");
