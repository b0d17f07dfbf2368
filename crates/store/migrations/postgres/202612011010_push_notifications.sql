-- Browsers that people want to be told things in (Web Push, RFC 8030), with the keys that each gave. Whoever knows an endpoint
-- and its keys can write to the browser, so they are sealed; the hash tells whether a browser is known already.

create table push_subscriptions (
    id uuid not null primary key,
    user_id uuid not null references users (id),
    -- SHA-256 of the endpoint.
    hash bytea not null unique,
    -- What the user reads: which browser on what.
    name text not null,
    settings jsonb not null,
    created_at bigint not null,
    -- When its push service last took a message.
    succeeded_at bigint,
    trouble text not null
);
create index push_subscriptions_user on push_subscriptions (user_id, created_at);
