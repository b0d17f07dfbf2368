-- Where the picture of an author lies, so that pages can show it beside what the author said.

alter table authors add column avatar text not null default '';
