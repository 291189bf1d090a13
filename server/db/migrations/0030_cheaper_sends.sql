-- What a send costs in a thread that is written to often. Lists are in the order of the newest message, and an indexed
-- column that changes makes PostgreSQL write into every index of the table. So the indexes hold the minute alone, within
-- which a page is sorted when it is read; and whether something is unread, instead of how much.
alter table conversations
  add column active_minute timestamptz not null
    generated always as (date_bin('1 minute', last_message_at, '2000-01-01 00:00Z')) stored,
  add column is_unread boolean not null generated always as (unread_count > 0) stored;

drop index conversations_list, conversations_unread, conversations_escalated, conversations_contact;
create index conversations_list on conversations (tenant_id, active_minute desc);
create index conversations_unread on conversations (tenant_id, active_minute desc) where is_unread;
create index conversations_escalated on conversations (tenant_id, active_minute desc) where status = 'escalated';

-- One index finds a contact's threads and keeps each thread single.
create unique index conversations_thread on conversations (contact_id, phone_number_id);
alter table conversations drop constraint conversations_phone_number_id_contact_id_key;

-- What `record_message_events` did of an insert, in a function of its own: settings of a function are put in place and taken
-- back at each call, and these matter where old and new rows are joined.
create function record_new_message_events() returns trigger
language plpgsql as $$
begin
  if not exists (select from new_rows where direction = 'inbound' or origin = 'app') then
    return null;
  end if;
  insert into events (id, tenant_id, type, at, contact_id, phone_number_id, subject_id)
  select message_event_id(id, stage), tenant_id, message_event_type(stage), coalesce(sent_at, created_at), contact_id,
    phone_number_id, id
  from (
    select *, case
      when direction = 'inbound' and origin is null then 0
      when direction = 'outbound' and origin = 'app' and sent_at is not null and status <> 'failed' then 2 end as stage
    from new_rows
  ) n
  where stage is not null
  order by created_at, id;
  return null;
end $$;

drop trigger record_message_events_of_insert on messages;
create trigger record_message_events_of_insert after insert on messages
referencing new table as new_rows for each statement execute function record_new_message_events();
