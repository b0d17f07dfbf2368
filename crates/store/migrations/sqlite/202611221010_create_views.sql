-- Saved views of the desk, each user's own and shared ones, and what a list that is filtered in any way needs so that
-- it costs the same among a hundred thousand cases as among ten.

create table views (
    id blob not null primary key,
    -- Whose it is; missing where it is shared with everybody.
    user_id blob references users (id),
    name text not null,
    filter text not null,
    created_at integer not null
) strict;
create unique index views_user_id_name_key on views (user_id, name) where user_id is not null;
create unique index views_name_key on views (name) where user_id is null;

-- The language that the newest post of the conversation read as when the case last changed. It stands here because no
-- index can hold what is in two tables.
alter table cases add column language text;
update cases set language = (select min(signals.label) from signals
    where signals.post = cases.newest_post and signals.name = 'language');

-- In the order of each list, with all that lists filter by: what is asked for is found in the index alone, and only
-- the cases of the page are read.
drop index cases_state;
drop index cases_changed;
create index cases_state on cases
    (state, priority desc, id desc, department, owner, network, language, is_private);
create index cases_changed on cases
    (state, changed_at desc, id desc, department, owner, network, language, priority, is_private);
create index cases_newest on cases
    (state, id desc, department, owner, network, language, priority, is_private);
