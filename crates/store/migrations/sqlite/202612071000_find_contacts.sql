-- How people can be reached is looked for every few minutes, to be forgotten: only where it is still kept.
create index outreaches_contact on outreaches (ended_at) where contact is not null;
