-- Exclusion packs: those of the company, and shipped ones that it has adapted. Shipped ones that nobody changed are not kept.

create table packs (
    name text not null primary key,
    title text not null,
    description text not null,
    kind text not null,
    languages jsonb not null,
    query text not null,
    -- Of a shipped one that was adapted: the version that it was adapted from.
    based_on bigint,
    updated_at bigint not null,
    -- Who changed it last, as in events.actor.
    actor text not null
);
