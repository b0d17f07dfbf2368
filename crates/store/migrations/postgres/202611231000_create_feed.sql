-- Every event of every case once more, in the order in which they were committed: what follows from events (clocks,
-- notifications, what is learned) is done by consumers that each remember how far they have read.

create table feed (
    place bigint generated always as identity primary key,
    case_id bigint not null,
    number bigint not null
);

create table feed_places (
    consumer text not null primary key,
    place bigint not null
);
