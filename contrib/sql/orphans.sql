-- Every mention that needs an answer is in a case, or was dismissed with a reason. Run it with either engine (SQLite 3.38
-- or later); no row means that all is well:
--   sqlite3 switchboard-data/switchboard.db < contrib/sql/orphans.sql
--   psql "$DATABASE" -f contrib/sql/orphans.sql
select needs.post, posts.id from needs
join posts on posts.seq = needs.post
where not exists (
    -- A case that is there: with an owner while it is not closed (ownership.sql asks for that), or with an outcome.
    select 1 from case_posts join cases on cases.id = case_posts.case_id
    where case_posts.post = needs.post and (cases.state <> 'closed' or cases.outcome is not null))
and not exists (
    select 1 from dismissals where dismissals.post = needs.post and dismissals.reason <> '')
order by needs.post
