-- Two cases that are one. A case that went into another names it; each post and each key of a conversation remembers the
-- case that it stands in by itself, where it is in another one, so that what is taken apart falls where it belongs.

alter table cases add column merged_into integer references cases (id);
create index cases_merged_into on cases (merged_into) where merged_into is not null;
alter table case_posts add column home integer;
alter table case_threads add column home integer;
