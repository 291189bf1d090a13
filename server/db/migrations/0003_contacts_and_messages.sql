-- Who is who. A contact has no identity of its own but its aliases: Meta may send webhooks with no phone number.
create table contacts (
  id uuid primary key,
  tenant_id uuid not null references tenants,
  phone text,
  user_id text,
  username text,
  name text,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create table contact_aliases (
  tenant_id uuid not null,
  kind text not null check (kind in ('phone', 'user_id')),
  value text not null,
  contact_id uuid not null references contacts on delete cascade deferrable initially deferred,
  primary key (tenant_id, kind, value)
);

create index contact_aliases_contact on contact_aliases (contact_id);

-- The 24-hour window of a contact on a number. Kept apart from contacts: one row a pair, renewed by every inbound message.
create table windows (
  phone_number_id uuid not null,
  contact_id uuid not null,
  tenant_id uuid not null,
  last_inbound_at timestamptz not null,
  free_entry_point_expires_at timestamptz,
  primary key (phone_number_id, contact_id)
);

create index windows_contact on windows (contact_id);

-- How far a status has come. Statuses only move up; a `failed` that Carom merely concluded (not_confirmed) gives
-- way to any word from Meta, and proof of delivery outranks a failure.
create function message_rank(status text, error jsonb) returns smallint
language sql immutable parallel safe
return case status
  when 'queued' then 0
  when 'sending' then 1
  when 'unknown' then 2
  when 'accepted' then 4
  when 'sent' then 5
  when 'failed' then case when error ->> 'code' = 'not_confirmed' then 3 else 6 end
  when 'delivered' then 7
  when 'read' then 8
  else 9
end;

-- Messages in both directions; an outbound row is also its own queue entry (due_at: when a worker must look at it again).
-- No foreign keys: this is the hot table, and its parents are never deleted before it. No unique index but the key, so
-- that it can be partitioned by id range: inbound ids are derived from the wamid, which makes their insert idempotent.
create table messages (
  id uuid primary key,
  tenant_id uuid not null,
  phone_number_id uuid not null,
  contact_id uuid not null,
  direction text not null check (direction in ('outbound', 'inbound')),
  type text not null,
  status text not null,
  wamid text,
  recipient text,
  content jsonb,
  template jsonb,
  reply_to text,
  referral jsonb,
  client_ref text,
  campaign_id uuid,
  bot_id uuid,
  idempotency_id uuid,
  error jsonb,
  pricing jsonb,
  priority smallint not null default 0,
  attempts integer not null default 0,
  needs_window boolean not null default false,
  due_at timestamptz,
  lease_owner text,
  attempted_at timestamptz,
  give_up_at timestamptz,
  created_at timestamptz not null,
  accepted_at timestamptz,
  sent_at timestamptz,
  delivered_at timestamptz,
  read_at timestamptz,
  failed_at timestamptz
) with (fillfactor = 75, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);

create index messages_tenant on messages (tenant_id, created_at desc, id desc);
create index messages_contact on messages (contact_id, created_at desc, id desc);
create index messages_wamid on messages (wamid) where wamid is not null;
create index messages_due on messages (priority, due_at) where due_at is not null;
create index messages_idempotency on messages (idempotency_id) where idempotency_id is not null;
create index messages_client_ref on messages (tenant_id, client_ref, created_at desc) where client_ref is not null;

-- How fast a number may send, shared by every process. Unlogged: after a crash it starts afresh, which is harmless.
create unlogged table number_pace (
  phone_number_id uuid primary key,
  due_at timestamptz not null,
  rate real not null,
  rate_at timestamptz not null,
  throttled_at timestamptz
);

-- The pace of a number that Meta throttled comes back by a twentieth of its full rate each second.
create function pace_now(rate real, rate_at timestamptz, most real) returns real
language sql volatile
return least(most, rate + most * 0.05 * extract(epoch from clock_timestamp() - rate_at));
