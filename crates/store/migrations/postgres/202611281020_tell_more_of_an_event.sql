-- One event may be told to somebody for two reasons: that a case is theirs, and that their shift ends with it open.

alter table notifications drop constraint notifications_user_id_case_id_event_key;
alter table notifications add constraint notifications_told unique (user_id, case_id, event, kind);
