//! Statements of cases: their rows, their history, what makes a post part of one, and the counted queues.

use super::{Statement, heads, statements};

macro_rules! case_columns {
    () => {
        "cases.id, cases.post, cases.newest_post, cases.network, cases.visibility, cases.department, cases.owner, \
         cases.state, cases.awaits, cases.snoozed_until, cases.outcome, cases.reason, cases.priority, cases.parts, \
         cases.tags, cases.offer, cases.risk, cases.involved, cases.watchers, cases.outreaches, cases.why, cases.why_here, cases.opened_at, cases.changed_at, cases.replied_at, cases.merged_into, \
         cases.version"
    };
}

/// What a post of an author tells of them.
macro_rules! past_columns {
    () => {
        "p.seq as seq, (select count(*) from signals where signals.post = p.seq and signals.name = 'sentiment' \
         and signals.label = 'positive') as praises, case_posts.case_id as case_id, cases.state as state, \
         cases.outcome as outcome, cases.reason as reason, cases.replied_at as replied_at, cases.due_at as due_at, \
         cases.tags as tags, dismissals.reason as dismissed"
    };
}

macro_rules! past_joins {
    () => {
        "left join case_posts on case_posts.post = p.seq left join cases on cases.id = case_posts.case_id \
         left join dismissals on dismissals.post = p.seq"
    };
}

statements! {
    FIND_CASE = concat!("select ", case_columns!(), " from cases where id = $1");
    FIND_CASE_OF_POST = concat!("select ", case_columns!(), " from cases \
        where id = (select case_id from case_posts where case_posts.post = $1)");
    NEWEST_CASE = "select coalesce(max(id), 0) as newest from cases";
    CASES_AFTER = concat!("select ", case_columns!(), " from cases where id > $1 order by id limit $2");
    CASES_HELD_BY = concat!("select ", case_columns!(), " from cases where state <> 'closed' and id in (\
        select id from cases where owner = $1 union select id from cases where offer_user = $1) order by id");
    EVENTS_OF_CASE = "select case_id, number, at, actor, kind, data from events where case_id = $1 order by number";
    NEWEST_EVENTS_OF_CASE = "select case_id, number, at, actor, kind, data from events where case_id = $1 \
        and (number = 1 or number > (select max(number) from events where case_id = $1) - $2) order by number";
    EVENTS_OF_CASES = "select case_id, number, at, actor, kind, data from events where case_id > $1 and case_id <= $2 \
        order by case_id, number";
    NEWEST_POSTS_OF_CASE = "select post from case_posts where case_id = $1 order by post desc limit $2";
    /// Cases whose sleep or offer is over, the longest overdue first.
    DUE_CASES = "select id, due from (select id, snoozed_until as due from cases where snoozed_until <= $1 \
        union all select id, offer_until as due from cases where offer_until <= $1) as found order by due, id limit $2";
    NEXT_DUE = "select min(due) as due from (select min(snoozed_until) as due from cases \
        where snoozed_until is not null union all select min(offer_until) as due from cases \
        where offer_until is not null) as found";
    UPDATE_CASE = "update cases set newest_post = $2, department = $3, owner = $4, state = $5, snoozed_until = $6, \
        outcome = $7, reason = $8, priority = $9, parts = $10, tags = $11, offer_department = $12, offer_user = $13, \
        offer_until = $14, offer = $15, changed_at = $16, replied_at = $17, version = $18, awaits = $19, risk = $20, \
        involved = $21, watchers = $22, merged_into = $23, outreaches = $24, \
        language = (select min(signals.label) from signals where signals.post = $2 and signals.name = 'language') \
        where id = $1";
    SET_CASE_CLOCK = "update cases set due_at = $2, due_clock = $3, clock_at = $4, due_since = $5, \
        due_warn_at = $6, count_at = $7 where id = $1";
    /// Cases whose priority has to be counted anew because time went on, the longest overdue first.
    COUNTING_CASES = "select id from cases where count_at <= $1 order by count_at, id limit $2";
    NEXT_COUNT = "select min(count_at) as next from cases where count_at is not null";
    RINGING_CASES = "select id from cases where clock_at <= $1 order by clock_at, id limit $2";
    NEXT_RING = "select min(clock_at) as next from cases where clock_at is not null";
    LATE_QUEUES = "select department, owner, is_private, count(*) as cases from cases where due_at <= $1 \
        group by department, owner, is_private";
    CASES_DUE_BEFORE = "select id from cases where owner = $1 and due_at < $2 and state <> 'closed' \
        order by due_at, id limit $3";
    /// Cases that wait at a desk to be given to somebody, the most urgent and then the oldest first.
    WAITING_CASES = concat!("select ", case_columns!(), ", cases.language, (select min(signals.label) from signals \
        where signals.post = cases.newest_post and signals.name = 'sentiment') as sentiment from cases \
        where department = $1 and owner is null and state = 'open' and offer_department is null \
        and (priority < $2 or (priority = $2 and id > $3)) order by priority desc, id limit $4");
    OPEN_CASES_AFTER = "select id from cases where state <> 'closed' and id > $1 order by id limit $2";
    DELETE_CASE_WATCHER = "delete from case_watchers where user_id = $1 and case_id = $2";
    DELETE_CASE_DEPARTMENT = "delete from case_departments where department = $1 and case_id = $2";
    DELETE_CASE_TAG = "delete from case_tags where tag = $1 and case_id = $2";
    LIST_QUEUES = "select department, owner, state, is_private, cases from queues where cases <> 0 \
        order by department, owner, state";
    LIST_TAGS = "select tag, count(*) as cases from case_tags group by tag order by tag";
    COUNT_CASES_WITH_TAG = "select count(*) as cases from (select 1 as one from case_tags where tag = $1 limit 2001) \
        as found";
    EVENT_FEED = "select feed.place, events.case_id, events.number, events.at, events.actor, events.kind, events.data \
        from feed join events on events.case_id = feed.case_id and events.number = feed.number \
        where feed.place > $1 order by feed.place limit $2";
    NEWEST_FEED_PLACE = "select coalesce(max(place), 0) as newest from feed";
    FIND_FEED_PLACE = "select place from feed_places where consumer = $1";
    SET_FEED_PLACE = "insert into feed_places (consumer, place) values ($1, $2) \
        on conflict (consumer) do update set place = excluded.place";
    TRIM_FEED = "delete from feed where place <= (select min(place) from feed_places) \
        and place < (select max(place) from feed)";
    LIST_CASE_KEYS = "select key from case_threads where key > $1 order by key limit $2";
    /// What was said in a case stands in another one from now on.
    MERGE_CASE_POSTS = "update case_posts set home = coalesce(home, case_id), case_id = $2 where case_id = $1";
    MERGE_CASE_KEYS = "update case_threads set home = coalesce(home, case_id), case_id = $2 where case_id = $1";
    /// No two replies of a case have the same name: the name of one that was first in the other case stays.
    MERGE_CASE_REPLIES = "update replies set case_id = $2, client_key = case when exists (select 1 from replies other \
        where other.case_id = $2 and other.client_key = replies.client_key) then null else client_key end \
        where case_id = $1";
    /// Of whom nothing is left but that they wrote once: they write in the case that comes.
    FORGET_EMPTY_DRAFTS = "delete from drafts where case_id = $2 and text = '' and user_id in (\
        select coming.user_id from drafts coming where coming.case_id = $1 and coming.text <> '')";
    /// Whoever writes in both goes on with what they write in the other one.
    MERGE_CASE_DRAFTS = "update drafts set case_id = $2 where case_id = $1 and text <> '' and not exists (\
        select 1 from drafts other where other.case_id = $2 and other.user_id = drafts.user_id)";
    /// What came from a case stands in it again, or in the one that it had gone into before.
    PART_CASE_POSTS = "update case_posts set case_id = $2, home = case when home = $2 then null else home end \
        where case_id = $1 and home = $3";
    PART_CASE_KEYS = "update case_threads set case_id = $2, home = case when home = $2 then null else home end \
        where case_id = $1 and home = $3";
    /// Replies go where the post is that they answer, and so does what answers them.
    PART_CASE_REPLIES = "update replies set case_id = $2 where case_id = $1 and reply_to in (select posts.id \
        from case_posts join posts on posts.seq = case_posts.post where case_posts.case_id = $2)";
    PUBLISHED_REPLIES = "select published from replies where case_id = $1 and published is not null";
    MOVE_CASE_POST = "update case_posts set case_id = $2, home = null where post = $3 and case_id = $1";
    MOVE_CASE_KEY = "update case_threads set case_id = $2, home = null where key = $3 and case_id = $1";
    HOME_OF_POST = "select case_posts.home from case_posts join posts on posts.seq = case_posts.post \
        where posts.id = $1";
    CASES_MERGED_INTO = concat!("select ", case_columns!(), " from cases where merged_into = $1 order by id");
    POSTS_WITH_HOMES = "select post, home from case_posts where case_id = $1 order by post";
    /// Cases around one, with what their first posts say: those that could be about the same.
    CASES_AROUND = "select cases.id, posts.author, posts.thread, posts.canonical_url, \
        coalesce(authors.handle, '') as handle, coalesce(authors.name, '') as name, posts.title, \
        posts.text, cases.opened_at from cases join posts on posts.seq = cases.post \
        left join authors on authors.key = posts.author where cases.id >= $1 and cases.id <= $2 \
        and cases.merged_into is null and posts.deleted_at is null order by cases.id desc limit $3";
    FALLBACK_DEPARTMENT = "select fallback from company";
    ACTIVE_DEPARTMENTS = "select id from departments where is_active";
    CHECK_OWNERSHIP = include_str!("../../../../contrib/sql/ownership.sql");
    /// Posts that need an answer and that nobody has.
    CHECK_NEEDS = include_str!("../../../../contrib/sql/orphans.sql");
    COUNT_NEEDS = "select count(*) as mentions, \
        coalesce(cast(sum(case when cases.state <> 'closed' then 1 else 0 end) as bigint), 0) as owned, \
        coalesce(cast(sum(case when cases.state = 'closed' then 1 else 0 end) as bigint), 0) as answered, \
        coalesce(cast(sum(case when cases.state is null and dismissals.post is not null then 1 else 0 end) as bigint), 0) \
        as dismissed from needs left join case_posts on case_posts.post = needs.post \
        left join cases on cases.id = case_posts.case_id left join dismissals on dismissals.post = needs.post";
    FIND_NEED = "select count(*) as found from needs where post = $1";
    FIND_DISMISSAL = "select reason, note, actor, at from dismissals where post = $1";
    SET_DISMISSAL = "insert into dismissals (post, reason, note, actor, at) values ($1, $2, $3, $4, $5) \
        on conflict (post) do update set reason = excluded.reason, note = excluded.note, actor = excluded.actor, \
        at = excluded.at";
    DELETE_DISMISSAL = "delete from dismissals where post = $1";
    INSERT_SWEEP = "insert into sweeps (at, took_ms, mentions, owned, answered, dismissed, orphans, findings) \
        values ($1, $2, $3, $4, $5, $6, $7, $8) returning id";
    TRIM_SWEEPS = "delete from sweeps where id <= $1";
    LIST_SWEEPS = "select id, at, took_ms, mentions, owned, answered, dismissed, orphans, findings from sweeps \
        where id < $1 order by id desc limit $2";
    /// What is left of a case that is not there any more: a post that nobody has may be in it.
    FORGET_CASE_POST = "delete from case_posts where post = $1 \
        and not exists (select 1 from cases where cases.id = case_posts.case_id)";
    FORGET_CASE_KEY = "delete from case_threads where key = $1 \
        and not exists (select 1 from cases where cases.id = case_threads.case_id)";
}

heads! {
    /// Keys follow.
    WORKING_USERS_HEAD = "select id from users where is_active and role <> 'observer' and id in (";
    /// Conditions follow.
    CASES_HEAD = concat!("select ", case_columns!(), " from cases where true");
    /// Conditions, an order and a limit follow, then [`CHOSEN_CASES_TAIL`] and the order again. What is chosen is found
    /// in an index alone; only the cases of the page are read.
    CHOSEN_CASES_HEAD = concat!("select ", case_columns!(), " from cases where cases.id in \
        (select cases.id from cases where true");
    /// Follows the limit.
    CHOSEN_CASES_TAIL = ")";
    /// Conditions and a limit follow, then [`COUNTED_CASES_TAIL`].
    COUNTED_CASES_HEAD = "select count(*) as cases from (select 1 as one from cases where true";
    /// Follows the limit.
    COUNTED_CASES_TAIL = ") as found";
    /// Keys follow.
    CASES_BY_ID_HEAD = concat!("select ", case_columns!(), " from cases where id in (");
    /// Keys follow.
    HISTORIES_HEAD = "select case_id, number, at, actor, kind, data from events where case_id in (";
    /// Keys follow.
    CASE_CLOCKS_HEAD = "select id, due_at, due_clock, due_since, due_warn_at, clock_at, count_at from cases \
        where (due_at is not null or clock_at is not null or count_at is not null) and id in (";
    /// The newest posts of authors, with what became of each. Keys of authors follow.
    PAST_OF_AUTHORS_HEAD = concat!("select cast(0 as bigint) as post, authors.key as author, ", past_columns!(), " from authors \
        join posts p on p.author = authors.key and p.seq >= coalesce((select q.seq from posts q \
        where q.author = authors.key order by q.seq desc limit 1 offset 49), 0) ", past_joins!(), " \
        where authors.key in (");
    /// Posts with what became of each; no author where nobody knows who wrote it. Keys follow.
    PAST_OF_THEMSELVES_HEAD = concat!("select cast(0 as bigint) as post, coalesce(p.author, '') as author, ",
        past_columns!(), " from posts p ", past_joins!(), " where p.seq in (");
    /// The newest posts of the same author that came before a post, with what became of each. Keys of posts follow.
    PAST_OF_POSTS_HEAD = concat!("select o.seq as post, o.author as author, ", past_columns!(), " from posts o \
        join posts p on p.author = o.author and p.seq < o.seq and p.seq >= coalesce((select q.seq from posts q \
        where q.author = o.author and q.seq < o.seq order by q.seq desc limit 1 offset 49), 0) ", past_joins!(), " \
        where o.author is not null and o.seq in (");
    /// Keys follow.
    CASES_BY_KEY_HEAD = "select key, case_id, home from case_threads where key in (";
    /// Keys follow.
    CASES_OPENED_BY_HEAD = "select post, id from cases where post in (";
    /// Keys follow.
    NEEDS_HEAD = "select needs.post, coalesce(cases.post, needs.post) as opener, \
        coalesce(dismissals.reason, '') as reason from needs left join case_posts on case_posts.post = needs.post \
        left join cases on cases.id = case_posts.case_id left join dismissals on dismissals.post = needs.post \
        where needs.post in (";
    /// Keys follow.
    DISMISSED_HEAD = "select post, reason from dismissals where post in (";
    /// Rows follow.
    INSERT_NEEDS_HEAD = "insert into needs (post, at) ";
    /// Follows the rows: it is needed since it was first.
    INSERT_NEEDS_TAIL = " on conflict (post) do nothing";
    /// Rows follow.
    INSERT_DISMISSALS_HEAD = "insert into dismissals (post, reason, note, actor, at) ";
    /// Follows the rows: what somebody said about it before stays.
    INSERT_DISMISSALS_TAIL = " on conflict (post) do nothing";
    /// Keys follow.
    CASES_BY_POST_HEAD = "select post, case_id from case_posts where post in (";
    /// Rows follow.
    INSERT_CASES_HEAD = "insert into cases (id, post, newest_post, network, visibility, is_private, department, owner, \
        state, snoozed_until, outcome, reason, priority, parts, tags, offer_department, offer_user, offer_until, offer, \
        why, why_here, opened_at, changed_at, replied_at, version, awaits, risk, involved, watchers, merged_into, \
        outreaches, language) ";
    /// A post and [`LANGUAGE_TAIL`] follow.
    LANGUAGE_HEAD = "(select min(signals.label) from signals where signals.name = 'language' and signals.post = ";
    /// Follows the post.
    LANGUAGE_TAIL = ")";
    /// Rows follow.
    INSERT_EVENTS_HEAD = "insert into events (case_id, number, at, actor, kind, data) ";
    /// Rows follow.
    INSERT_FEED_HEAD = "insert into feed (case_id, number) ";
    /// Rows follow.
    INSERT_CASE_POSTS_HEAD = "insert into case_posts (post, case_id, home) ";
    /// Rows follow.
    INSERT_CASE_KEYS_HEAD = "insert into case_threads (key, case_id, home) ";
    /// Follows the rows: whose conversation it was first, stays so.
    INSERT_CASE_KEYS_TAIL = " on conflict (key) do nothing";
    /// Rows follow.
    INSERT_CASE_TAGS_HEAD = "insert into case_tags (tag, case_id) ";
    /// Follows the rows.
    INSERT_CASE_TAGS_TAIL = " on conflict (tag, case_id) do nothing";
    /// Rows follow.
    INSERT_CASE_WATCHERS_HEAD = "insert into case_watchers (user_id, case_id) ";
    /// Follows the rows.
    INSERT_CASE_WATCHERS_TAIL = " on conflict (user_id, case_id) do nothing";
    /// Rows follow.
    INSERT_CASE_DEPARTMENTS_HEAD = "insert into case_departments (department, case_id) ";
    /// Follows the rows.
    INSERT_CASE_DEPARTMENTS_TAIL = " on conflict (department, case_id) do nothing";
    /// Rows follow.
    ADD_QUEUES_HEAD = "insert into queues (department, owner, state, is_private, cases) ";
    /// Follows the rows.
    ADD_QUEUES_TAIL = " on conflict (department, owner, state, is_private) \
        do update set cases = queues.cases + excluded.cases";
}
