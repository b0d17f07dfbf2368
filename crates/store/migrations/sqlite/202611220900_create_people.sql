-- Who works here: the company, users with their sessions, links and keys, departments, and the rules that route to them.
-- Secrets are kept as hashes only: a copy of this database lets nobody in.

create table users (
    id blob not null primary key,
    name text not null,
    -- In lower case.
    email text not null unique,
    -- Argon2id in the PHC string format; missing until a password is chosen.
    password text,
    role text not null check (role in ('observer', 'member', 'administrator')),
    is_active integer not null,
    languages text not null,
    time_zone text not null,
    duty text not null,
    created_at integer not null,
    failures integer not null default 0,
    locked_until integer
) strict;

create table departments (
    id blob not null primary key,
    key text not null unique,
    name text not null unique,
    -- Exactly one, always. Users are never deleted, only made inactive, and not while they are a head.
    head blob not null references users (id),
    deputy blob references users (id),
    intents text not null,
    keywords text not null,
    is_active integer not null,
    place integer not null,
    created_at integer not null
) strict;

create table members (
    user_id blob not null references users (id),
    department blob not null references departments (id),
    primary key (user_id, department)
) strict, without rowid;
create index members_department on members (department);

create table company (
    id integer not null primary key check (id = 1),
    name text not null,
    handles text not null,
    website text,
    fallback blob not null references departments (id),
    created_at integer not null
) strict;

create table rules (
    id blob not null primary key,
    place integer not null,
    name text not null unique,
    condition text,
    intent text,
    department blob references departments (id),
    tags text not null,
    priority integer not null,
    is_enabled integer not null
) strict;

create table sessions (
    hash blob not null primary key,
    user_id blob not null references users (id),
    created_at integer not null,
    seen_at integer not null,
    expires_at integer not null
) strict;
create index sessions_user on sessions (user_id);

-- One-time links: set-up, invitation, password reset.
create table links (
    hash blob not null primary key,
    purpose text not null check (purpose in ('setup', 'invitation', 'reset')),
    user_id blob references users (id),
    created_at integer not null,
    expires_at integer not null,
    used_at integer
) strict;

create table api_keys (
    id blob not null primary key,
    user_id blob not null references users (id),
    name text not null,
    hash blob not null unique,
    created_at integer not null,
    used_at integer,
    unique (user_id, name)
) strict;
