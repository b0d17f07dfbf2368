-- How many mentions each search has in each hour, so that a picture of months costs some hundred rows and not a million.

create table volume (
    search uuid not null references searches (id) on delete cascade,
    -- When the hour began in which the post was published; in which it was captured, where nobody knows more.
    hour bigint not null,
    mentions bigint not null,
    primary key (search, hour)
);

insert into volume (search, hour, mentions)
select search, at - mod(mod(at, 3600000000) + 3600000000, 3600000000), count(*)
from (select mentions.search, coalesce(posts.posted_at, posts.captured_at) as at
    from mentions join posts on posts.seq = mentions.post) as mentioned
group by 1, 2;
