-- Who works here: the company, users with their sessions, links and keys, departments, and the rules that route to them.
-- Secrets are kept as hashes only: a copy of this database lets nobody in.

create table users (
    id uuid not null primary key,
    name text not null,
    -- In lower case.
    email text not null unique,
    -- Argon2id in the PHC string format; missing until a password is chosen.
    password text,
    role text not null check (role in ('observer', 'member', 'administrator')),
    is_active boolean not null,
    languages jsonb not null,
    time_zone text not null,
    duty jsonb not null,
    created_at bigint not null,
    failures bigint not null default 0,
    locked_until bigint
);

create table departments (
    id uuid not null primary key,
    key text not null unique,
    name text not null unique,
    -- Exactly one, always. Users are never deleted, only made inactive, and not while they are a head.
    head uuid not null references users (id),
    deputy uuid references users (id),
    intents jsonb not null,
    keywords jsonb not null,
    is_active boolean not null,
    place bigint not null,
    created_at bigint not null
);

create table members (
    user_id uuid not null references users (id),
    department uuid not null references departments (id),
    primary key (user_id, department)
);
create index members_department on members (department);

create table company (
    id bigint not null primary key check (id = 1),
    name text not null,
    handles jsonb not null,
    website text,
    fallback uuid not null references departments (id),
    created_at bigint not null
);

create table rules (
    id uuid not null primary key,
    place bigint not null,
    name text not null unique,
    condition text,
    intent text,
    department uuid references departments (id),
    tags jsonb not null,
    priority bigint not null,
    is_enabled boolean not null
);

create table sessions (
    hash bytea not null primary key,
    user_id uuid not null references users (id),
    created_at bigint not null,
    seen_at bigint not null,
    expires_at bigint not null
);
create index sessions_user on sessions (user_id);

-- One-time links: set-up, invitation, password reset.
create table links (
    hash bytea not null primary key,
    purpose text not null check (purpose in ('setup', 'invitation', 'reset')),
    user_id uuid references users (id),
    created_at bigint not null,
    expires_at bigint not null,
    used_at bigint
);

create table api_keys (
    id uuid not null primary key,
    user_id uuid not null references users (id),
    name text not null,
    hash bytea not null unique,
    created_at bigint not null,
    used_at bigint,
    unique (user_id, name)
);
