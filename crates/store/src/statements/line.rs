//! Statements of the line: sources, searches, tokens, posts and what became of them.

use super::{Statement, heads, statements};

macro_rules! post_columns {
    () => {
        "posts.seq, posts.id, posts.network, posts.source, posts.author, posts.url, posts.canonical_url, \
         posts.article_key, posts.title, posts.text, posts.lang, posts.posted_at, posts.edited_at, posts.deleted_at, \
         posts.kind, posts.visibility, posts.in_reply_to, posts.thread, posts.rating, posts.likes, posts.replies, \
         posts.reshares, posts.views, posts.links, posts.media, posts.raw, posts.captured_at, posts.version, \
         posts.version_at, posts.is_addressed"
    };
}

macro_rules! author_columns {
    () => {
        "key, id, handle, name, bio, url, followers, following, posts, created_at, verified, avatar"
    };
}

pub(super) use {author_columns, post_columns};

macro_rules! source_columns {
    () => {
        "id, name, kind, settings, is_enabled, created_at, cursor, state, message, failures, checked_at, succeeded_at, \
         last_post_at, next_check_at, budget"
    };
}

macro_rules! search_columns {
    () => {
        "id, name, query, search_type, department, is_enabled, created_at, updated_at, mentions"
    };
}

statements! {
    GET_META = "select value from meta where key = $1";
    SET_META = "insert into meta (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value";
    SET_META_ONCE = "insert into meta (key, value) values ($1, $2) on conflict (key) do nothing";

    INSERT_SOURCE = "insert into sources (id, name, kind, settings, is_enabled, created_at, cursor, state, message, \
        failures, checked_at, succeeded_at, last_post_at, next_check_at, budget) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    UPDATE_SOURCE = "update sources set name = $2, settings = $3, is_enabled = $4 where id = $1";
    DELETE_SOURCE = "delete from sources where id = $1";
    FIND_SOURCE = concat!("select ", source_columns!(), " from sources where id = $1");
    FIND_SOURCE_BY_NAME = concat!("select ", source_columns!(), " from sources where name = $1");
    LIST_SOURCES = concat!("select ", source_columns!(), " from sources order by name, id");
    SAVE_HEALTH = "update sources set state = $2, message = $3, failures = $4, checked_at = $5, succeeded_at = $6, \
        last_post_at = $7, next_check_at = $8, budget = $9 where id = $1";
    MOVE_CURSOR = "update sources set cursor = $2 where id = $1";
    MOVE_SETTINGS = "update sources set settings = $2 where id = $1";

    INSERT_SEARCH = "insert into searches (id, name, query, search_type, department, is_enabled, created_at, \
        updated_at, mentions) values ($1, $2, $3, $4, $5, $6, $7, $8, 0)";
    UPDATE_SEARCH = "update searches set name = $2, query = $3, search_type = $4, department = $5, is_enabled = $6, \
        updated_at = $7 where id = $1";
    DELETE_SEARCH = "delete from searches where id = $1";
    FIND_SEARCH = concat!("select ", search_columns!(), " from searches where id = $1");
    FIND_SEARCH_BY_NAME = concat!("select ", search_columns!(), " from searches where name = $1");
    LIST_SEARCHES = concat!("select ", search_columns!(), " from searches order by created_at, id");
    COUNT_MENTIONS = "update searches set mentions = mentions + $2 where id = $1";

    HOURS_OF_SEARCH = "select hour, mentions from volume where search = $1 and hour >= $2 and hour < $3 order by hour";
    // What is divided is never negative: it begins at $1.
    // Each search's hours are looked up: without the join all hours of all years would be read.
    DAYS_OF_SEARCHES = "select volume.search, (volume.hour - $1) / $3 as day, \
        cast(sum(volume.mentions) as bigint) as mentions from searches cross join volume \
        where volume.search = searches.id and volume.hour >= $1 and volume.hour < $2 \
        group by volume.search, (volume.hour - $1) / $3";

    INSERT_TOKEN = "insert into tokens (id, source, name, hash, created_at) values ($1, $2, $3, $4, $5)";
    FIND_TOKEN_BY_HASH = "select id, source, name, created_at, used_at from tokens where hash = $1";
    LIST_TOKENS = "select id, source, name, created_at, used_at from tokens order by created_at, id";
    DELETE_TOKEN = "delete from tokens where id = $1";
    TOUCH_TOKEN = "update tokens set used_at = $2 where id = $1";

    FIND_POST = concat!("select ", post_columns!(), " from posts where id = $1");
    UPDATE_POST = "update posts set author = $2, url = $3, canonical_url = $4, article_key = $5, title = $6, \
        text = $7, lang = $8, posted_at = $9, edited_at = $10, deleted_at = $11, kind = $12, visibility = $13, \
        in_reply_to = $14, thread = $15, rating = $16, likes = $17, replies = $18, reshares = $19, views = $20, \
        links = $21, media = $22, raw = $23, version = $24, version_at = $25, is_addressed = $26 where seq = $1";
    UPDATE_POST_FIGURES = "update posts set likes = $2, replies = $3, reshares = $4, views = $5, is_addressed = $6 \
        where seq = $1";
    LIST_VERSIONS = "select version, title, text, edited_at, captured_at from post_versions where post = $1 \
        order by version";
    ERASE_VERSIONS = "update post_versions set title = '', text = '', links = '[]', media = '[]', raw = null \
        where post = $1";
    ERASE_SPANS = "update mentions set spans = '[]' where post = $1";
    ERASE_EVIDENCE = "update signals set evidence = '[]' where post = $1";
    UPDATE_SPANS = "update mentions set spans = $3 where search = $1 and post = $2";
    DELETE_SIGNALS = "delete from signals where post = $1";

    ALL_FATES = "select reason, cast(sum(posts) as bigint) as posts from fates group by reason order by reason";
    FATES_OF_SOURCE = "select reason, cast(sum(posts) as bigint) as posts from fates where source = $1 \
        group by reason order by reason";
    // Posts are never removed, so those that were new are those that are there. Counting rows would read a whole index.
    COUNT_POSTS = "select coalesce(cast(sum(posts) as bigint), 0) as posts from fates where reason = 'new'";

    SCHEMA_VERSION = "select coalesce(max(version), 0) as version from _sqlx_migrations";

    CHECK_POSTS = "select count(*) as posts, count(deleted_at) as deletions, \
        coalesce(cast(sum(version - 1) as bigint), 0) as versions from posts";
    CHECK_VERSIONS = "select count(*) as versions from post_versions";
    CHECK_MENTIONS = "select count(*) as mentions from mentions";
    CHECK_COUNTERS = "select searches.name, searches.mentions as counted, \
        (select count(*) from mentions where mentions.search = searches.id) as found from searches order by name";
    CHECK_VOLUME = "select searches.name, (select cast(coalesce(sum(volume.mentions), 0) as bigint) from volume \
        where volume.search = searches.id) as counted, searches.mentions as found from searches order by name";
    CHECK_ORPHANS = "select 'posts without their author' as what, count(*) as found from posts \
        where author is not null and not exists (select 1 from authors where authors.key = posts.author) \
        union all select 'posts of a removed source', count(*) from posts where source is not null \
        and not exists (select 1 from sources where sources.id = posts.source) \
        union all select 'mentions without their post', count(*) from mentions \
        where not exists (select 1 from posts where posts.seq = mentions.post) \
        union all select 'mentions without their search', count(*) from mentions \
        where not exists (select 1 from searches where searches.id = mentions.search) \
        union all select 'signals without their post', count(*) from signals \
        where not exists (select 1 from posts where posts.seq = signals.post) \
        union all select 'versions without their post', count(*) from post_versions \
        where not exists (select 1 from posts where posts.seq = post_versions.post) \
        union all select 'posts whose versions are not all there', count(*) from posts where version - 1 <> \
        (select count(*) from post_versions where post_versions.post = posts.seq) \
        union all select 'deleted posts that still hold text', count(*) from posts where deleted_at is not null \
        and (text <> '' or title <> '' or raw is not null)";
}

heads! {
    /// Keys follow.
    POSTS_BY_SEQ_HEAD = concat!("select ", post_columns!(), " from posts where posts.seq in (");
    /// Keys follow.
    POSTS_BY_ID_HEAD = concat!("select ", post_columns!(), " from posts where posts.id in (");
    /// Keys follow.
    POSTS_BY_ARTICLE_HEAD = concat!("select ", post_columns!(), " from posts where posts.article_key in (");
    /// Conditions follow.
    POSTS_HEAD = concat!("select ", post_columns!(), " from posts where true");
    /// Keys follow.
    SOURCE_IDS_HEAD = "select id from sources where id in (";
    /// Keys follow.
    SEARCH_IDS_HEAD = "select id from searches where id in (";
    /// Conditions follow. The mention's own `post` is the order, so that the index of mentions gives it; a cross join
    /// keeps SQLite from starting at the posts and sorting them, and is any other join to PostgreSQL.
    POSTS_OF_SEARCH_HEAD =
        concat!("select ", post_columns!(), " from mentions cross join posts where posts.seq = mentions.post");
    /// Keys follow.
    AUTHORS_HEAD = concat!("select ", author_columns!(), " from authors where key in (");
    /// Keys follow.
    MENTIONS_HEAD = "select search, post, spans from mentions where post in (";
    /// Keys follow.
    SIGNALS_HEAD = "select post, place, name, label, score, scores, evidence, model from signals where post in (";

    /// Rows follow.
    INSERT_POSTS_HEAD = "insert into posts (id, network, source, author, url, canonical_url, article_key, title, text, \
        lang, posted_at, edited_at, deleted_at, kind, visibility, in_reply_to, thread, rating, likes, replies, \
        reshares, views, links, media, raw, captured_at, version, version_at, is_addressed) ";
    /// Follows the rows.
    INSERT_POSTS_TAIL = " returning id, seq";
    /// Rows follow.
    UPSERT_AUTHORS_HEAD = "insert into authors (key, id, handle, name, bio, url, followers, following, posts, \
        created_at, verified, avatar) ";
    /// Follows the rows.
    UPSERT_AUTHORS_TAIL = " on conflict (key) do update set id = excluded.id, handle = excluded.handle, \
        name = excluded.name, bio = excluded.bio, url = excluded.url, followers = excluded.followers, \
        following = excluded.following, posts = excluded.posts, created_at = excluded.created_at, \
        verified = excluded.verified, avatar = excluded.avatar";
    /// Rows follow.
    INSERT_VERSIONS_HEAD = "insert into post_versions (post, version, title, text, links, media, raw, edited_at, \
        captured_at) ";
    /// Rows follow.
    INSERT_MENTIONS_HEAD = "insert into mentions (search, post, spans) ";
    /// Rows follow.
    INSERT_SIGNALS_HEAD = "insert into signals (post, place, name, label, score, scores, evidence, model) ";
    /// Rows follow.
    ADD_FATES_HEAD = "insert into fates (source, hour, reason, posts) ";
    /// Follows the rows.
    ADD_FATES_TAIL = " on conflict (source, hour, reason) do update set posts = fates.posts + excluded.posts";
    /// Rows follow.
    ADD_VOLUME_HEAD = "insert into volume (search, hour, mentions) ";
    /// Follows the rows.
    ADD_VOLUME_TAIL = " on conflict (search, hour) do update set mentions = volume.mentions + excluded.mentions";
}
