-- Everything the line needs: what listens, what is wanted, what was said, and what became of it.
-- Times are microseconds since 1970 in UTC. Booleans are 0 and 1, JSON is text.

create table meta (
    key text not null primary key,
    value text not null
) strict;

create table sources (
    id blob not null primary key,
    name text not null unique,
    kind text not null,
    settings text not null,
    is_enabled integer not null,
    created_at integer not null,
    cursor text,
    state text not null,
    message text not null,
    failures integer not null,
    checked_at integer,
    succeeded_at integer,
    last_post_at integer,
    next_check_at integer,
    budget text
) strict;

create table searches (
    id blob not null primary key,
    name text not null unique,
    query text not null,
    search_type text not null,
    department text,
    is_enabled integer not null,
    created_at integer not null,
    updated_at integer not null,
    -- A counter, because counting a million mentions for every list is too slow. Kept in the transaction that adds mentions.
    mentions integer not null default 0
) strict;

create table tokens (
    id blob not null primary key,
    source blob not null references sources (id) on delete cascade,
    name text not null,
    hash blob not null unique,
    created_at integer not null,
    used_at integer,
    unique (source, name)
) strict;

create table authors (
    key text not null primary key,
    id text not null,
    handle text not null,
    name text not null,
    bio text not null,
    url text not null,
    followers integer,
    following integer,
    posts integer,
    created_at integer,
    verified integer
) strict;

create table posts (
    -- Never given twice, because readers page by it.
    seq integer primary key autoincrement,
    id text not null unique,
    network text not null,
    source blob references sources (id) on delete set null,
    author text references authors (key),
    url text,
    canonical_url text,
    -- Fingerprint of canonical URL and title of a feed's article, so that two feeds with one article are recognised.
    article_key blob,
    title text not null,
    text text not null,
    lang text,
    posted_at integer,
    edited_at integer,
    deleted_at integer,
    kind text,
    visibility text not null,
    in_reply_to text,
    thread text,
    rating real,
    likes integer,
    replies integer,
    reshares integer,
    views integer,
    links text not null,
    media text not null,
    raw text,
    captured_at integer not null,
    version integer not null,
    version_at integer not null,
    is_addressed integer not null
) strict;
create index posts_source on posts (source, seq);
create index posts_network on posts (network, seq);
create index posts_article on posts (article_key) where article_key is not null;

create table post_versions (
    post integer not null references posts (seq) on delete cascade,
    version integer not null,
    title text not null,
    text text not null,
    links text not null,
    media text not null,
    raw text,
    edited_at integer,
    captured_at integer not null,
    primary key (post, version)
) strict, without rowid;

create table mentions (
    search blob not null references searches (id) on delete cascade,
    post integer not null references posts (seq) on delete cascade,
    spans text not null,
    primary key (search, post)
) strict, without rowid;
create index mentions_post on mentions (post);

create table signals (
    post integer not null references posts (seq) on delete cascade,
    place integer not null,
    name text not null,
    label text not null,
    score real not null,
    scores text not null,
    evidence text not null,
    model text not null,
    primary key (post, place)
) strict, without rowid;

-- No reference to sources: what a removed source brought stays counted.
create table fates (
    source blob not null,
    hour integer not null,
    reason text not null,
    posts integer not null,
    primary key (source, hour, reason)
) strict, without rowid;
