-- How users can be reached and when they are away, when and how departments work, the team across them and its holidays.
-- Read as a whole with everybody else and never asked for by a part, so each is one piece of JSON.

alter table users add column profile jsonb not null default '{}';
alter table departments add column office jsonb not null default '{}';
alter table company add column team jsonb not null default '{}';
alter table company add column holidays jsonb not null default '[]';
