-- What happened, told once: append-only, kept for some weeks and dropped a week at a time.

-- The order in which events were recorded. Never cached: a number must not be drawn before the transaction that uses it
-- has its id, or readers could pass by a row that commits late.
create sequence event_seq as bigint cache 1;

create table events (
  seq bigint not null default nextval('event_seq'),
  -- By PostgreSQL's clock.
  recorded_at timestamptz not null default clock_timestamp(),
  id uuid not null,
  tenant_id uuid not null,
  type text not null,
  -- When it happened, in business time.
  at timestamptz not null,
  contact_id uuid,
  -- Ours.
  phone_number_id uuid,
  -- The message, template, campaign, … that it is about.
  subject_id uuid,
  -- The subject as the API shows it. Of messages only what the row will not tell later; the rest is joined.
  data jsonb
) partition by range (recorded_at);

create index events_seq on events (seq);
create index events_tenant on events (tenant_id, seq);

-- Makes the partitions of this week and the `ahead` weeks after it, where they are missing. Attaching locks nobody out,
-- unlike `create table … partition of`.
create function make_event_weeks(ahead int) returns void
language plpgsql as $$
declare
  monday timestamptz;
  name text;
begin
  perform pg_advisory_xact_lock(hashtextextended('carom event weeks', 0));
  for monday in
    select (date_trunc('week', now() at time zone 'UTC') + week * interval '7 days') at time zone 'UTC'
    from generate_series(0, ahead) week
  loop
    name := 'events_' || to_char(monday at time zone 'UTC', 'YYYYMMDD');
    if to_regclass(quote_ident(name)) is null then
      execute format('create table %I (like events including defaults including indexes)', name);
      execute format('alter table events attach partition %I for values from (%L) to (%L)',
        name, monday, monday + interval '7 days');
    end if;
  end loop;
end $$;

select make_event_weeks(8);

-- The stages of a message that are told: 0 received, 1 accepted, 2 sent, 3 delivered, 4 read, 5 failed, and 6 failed as
-- Carom merely concluded (not_confirmed), which Meta's word may still replace.
create function message_event_type(stage int) returns text
language sql immutable parallel safe
return (array['message.received', 'message.accepted', 'message.sent', 'message.delivered', 'message.read', 'message.failed',
  'message.failed'])[stage + 1];

-- The id of a message's event: the same however often it is told. It is the message's own, with the version of a custom
-- UUID and the stage in the last digit but one of its random tail.
create function message_event_id(message_id uuid, stage int) returns uuid
language sql immutable parallel safe
return overlay(overlay(message_id::text placing '8' from 15)
  placing substr('0123456789abcdef', (strpos('0123456789abcdef', substr(message_id::text, 35, 1)) - 1 # stage) + 1, 1) from 35)::uuid;

-- Tells in the statement that writes messages, whichever it is: what came in, and each step of an outbound message once.
-- Old and new rows are joined by hash whatever the connection prefers: nested loops over 500 rows cost 20 ms. Stages are
-- an array to be unnested, because VALUES beside a row are compiled anew for each.
create function record_message_events() returns trigger
language plpgsql
set enable_hashjoin = on
set enable_nestloop = off
set jit = off
as $$
begin
  if tg_op = 'INSERT' then
    if exists (select from new_rows where direction = 'inbound' or origin = 'app') then
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
    end if;
    return null;
  end if;
  -- Claims, leases and the like: nothing has happened to these yet.
  if not exists (
    select from new_rows where num_nonnulls(accepted_at, sent_at, delivered_at, read_at, failed_at) > 0
  ) then
    return null;
  end if;
  insert into events (id, tenant_id, type, at, contact_id, phone_number_id, subject_id, data)
  select message_event_id(id, stage), tenant_id, message_event_type(stage),
    case stage when 1 then accepted_at when 3 then delivered_at when 4 then read_at when 5 then failed_at when 6 then failed_at
      else sent_at end,
    contact_id, phone_number_id, id,
    case when stage >= 5 then jsonb_build_object('error', error, 'accepted_at', accepted_at, 'sent_at', sent_at) end
  from (
    select n.*, unnest(array_remove(case n.direction
      when 'inbound' then array[case when o.origin = 'history' and n.origin is null then 0 end]
      else array[
        case when n.accepted_at is not null and o.accepted_at is null then 1 end,
        case when n.sent_at is not null and (o.sent_at is null or (o.origin = 'history' and n.origin = 'app')) then 2 end,
        case when n.delivered_at is not null and o.delivered_at is null then 3 end,
        case when n.read_at is not null and o.read_at is null then 4 end,
        case when n.status = 'failed' and n.failed_at is not null and message_rank(n.status, n.error) > message_rank(o.status, o.error)
          then case when message_rank(n.status, n.error) = 3 then 6 else 5 end end
      ] end, null)) as stage
    from new_rows n join old_rows o on o.id = n.id
    where n.origin is distinct from 'history'
  ) told
  order by created_at, id, stage;
  return null;
end $$;

create trigger record_message_events_of_insert after insert on messages
referencing new table as new_rows for each statement execute function record_message_events();

create trigger record_message_events_of_update after update on messages
referencing old table as old_rows new table as new_rows for each statement execute function record_message_events();
