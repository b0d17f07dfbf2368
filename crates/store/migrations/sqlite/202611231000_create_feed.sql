-- Every event of every case once more, in the order in which they were committed: what follows from events (clocks,
-- notifications, what is learned) is done by consumers that each remember how far they have read.

create table feed (
    place integer primary key autoincrement,
    case_id integer not null,
    number integer not null
) strict;

create table feed_places (
    consumer text not null primary key,
    place integer not null
) strict, without rowid;
