-- What nobody has read is counted for each of its readers, and what is old is forgotten: both without looking at everything.
create index notifications_unread on notifications (user_id) where is_shown and read_at is null;
create index notifications_at on notifications (at);
create index deliveries_done on deliveries (created_at) where state in ('sent', 'dropped');
