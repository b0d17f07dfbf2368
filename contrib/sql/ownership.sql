-- Every case that is not closed has exactly one owner. Run it with either engine (SQLite 3.38 or later); no row means
-- that all is well:
--   sqlite3 switchboard-data/switchboard.db < contrib/sql/ownership.sql
--   psql "$DATABASE" -f contrib/sql/ownership.sql
select wrong.case_id, wrong.why from (
    -- The desk that answers for it: its department, with a head who can.
    select cases.id as case_id, 'its department does not exist or is closed' as why from cases
    where cases.state <> 'closed' and not exists (
        select 1 from departments where departments.id = cases.department and departments.is_active)
    union all
    select cases.id, 'its department has no active head' from cases
    where cases.state <> 'closed' and not exists (
        select 1 from departments join users on users.id = departments.head and users.is_active
            and users.role <> 'observer'
        where departments.id = cases.department)
    union all
    -- The user who owns it, if one does. Observers read and cannot work on it.
    select cases.id, 'its owner does not exist, is not active or only reads' from cases
    where cases.state <> 'closed' and cases.owner is not null and not exists (
        select 1 from users where users.id = cases.owner and users.is_active and users.role <> 'observer')
    union all
    -- The history has no gap and is as long as the case says.
    select cases.id, 'its history has a gap' from cases
    left join (select case_id, count(*) as events, max(number) as newest from events group by case_id) history
        on history.case_id = cases.id
    where history.events is null or history.events <> cases.version or history.newest <> cases.version
    union all
    select events.case_id, 'a history without a case' from events
    where events.number = 1 and not exists (select 1 from cases where cases.id = events.case_id)
    union all
    -- The last event that decides about the owner agrees: a desk or a user.
    select cases.id, 'its history names another kind of owner' from cases
    join events on events.case_id = cases.id and events.number = (
        select max(last.number) from events last where last.case_id = cases.id
        and last.kind in ('opened', 'claimed', 'assigned', 'released', 'accepted', 'moved', 'undone', 'separated'))
    where (cases.owner is null) <> (events.kind in ('opened', 'released', 'moved')
        or (events.kind in ('undone', 'separated') and events.data -> 'restored' ->> 'owner' = 'desk'))
    union all
    -- The last event that decides about the state agrees.
    select cases.id, 'its history ends in another state' from cases
    join events on events.case_id = cases.id and events.number = (
        select max(last.number) from events last where last.case_id = cases.id
        and last.kind in ('opened', 'waiting', 'snoozed', 'resumed', 'closed', 'reopened', 'undone', 'merged',
            'taken_apart', 'merged_into', 'separated'))
    where cases.state <> case events.kind
        when 'waiting' then 'waiting' when 'snoozed' then 'snoozed' when 'closed' then 'closed'
        when 'merged_into' then 'closed'
        when 'merged' then events.data -> 'whole' -> 'standing' ->> 'state'
        when 'taken_apart' then events.data -> 'whole' -> 'standing' ->> 'state'
        when 'undone' then events.data -> 'restored' ->> 'state'
        when 'separated' then events.data -> 'restored' ->> 'state' else 'open' end
    union all
    -- What went into another case is closed, holds nothing of its own any more, and stands where somebody answers for it.
    select cases.id, 'it went into a case that is not there, or is open beside it' from cases
    where cases.merged_into is not null and (cases.state <> 'closed' or not exists (
        select 1 from cases others where others.id = cases.merged_into and others.id <> cases.id))
    union all
    select cases.id, 'it went into another case and still holds posts' from cases
    where cases.merged_into is not null and exists (select 1 from case_posts where case_posts.case_id = cases.id)
    union all
    -- The counted queues agree with the cases in them.
    select 0, 'a queue counts other cases than it holds' from (
        select counted.department, counted.owner, counted.state, counted.is_private from (
            select department, owner, state, is_private, cases from queues where cases <> 0
        ) counted
        left join (
            select department, owner, state, is_private, count(*) as cases from cases
            group by department, owner, state, is_private
        ) held
            on held.department = counted.department and held.state = counted.state
            and held.is_private = counted.is_private and (held.owner = counted.owner
                or (held.owner is null and not exists (select 1 from users where users.id = counted.owner)))
        where held.cases is null or held.cases <> counted.cases
    ) differing
    union all
    select 0, 'the queues together count other cases than there are' from (
        select (select count(*) from cases) as held, (select coalesce(sum(cases), 0) from queues) as counted
    ) totals where totals.held <> totals.counted
) wrong
order by wrong.case_id, wrong.why
