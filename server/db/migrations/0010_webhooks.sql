-- Where tenants hear of events: their endpoints, what is to be sent to each, and in which order.
create table webhooks (
  id uuid primary key,
  tenant_id uuid not null references tenants on delete cascade,
  url text not null,
  -- Types, `message.*` or `*`. With the format meta: fields of Meta's webhooks, or `*`.
  events text[] not null,
  format text not null check (format in ('standard', 'meta')),
  description text,
  is_active boolean not null,
  -- Why Carom switched it off: failing, gone. null: it did not.
  disabled_reason text check (disabled_reason in ('failing', 'gone')),
  disabled_at timestamptz,
  -- Events after this one are its own.
  from_seq bigint not null,
  -- How it is doing: failures in a row, and since when there was nothing else.
  failures integer not null default 0,
  failing_since timestamptz,
  last_success_at timestamptz,
  last_failure_at timestamptz,
  -- Nothing is sent before it, by PostgreSQL's clock.
  next_try_at timestamptz not null default '-infinity',
  created_at timestamptz not null,
  updated_at timestamptz not null
) with (fillfactor = 70);

create index webhooks_list on webhooks (tenant_id, id desc);

-- What an endpoint's events are signed with: one, or several for a while when it was rotated.
create table webhook_secrets (
  id uuid primary key,
  webhook_id uuid not null references webhooks on delete cascade,
  secret_sealed text not null,
  -- null: until it is rotated away.
  valid_until timestamptz
);

create index webhook_secrets_of on webhook_secrets (webhook_id, id desc);

-- Endpoints that were deleted, until what was theirs is swept away: that may be very much.
create table deleted_webhooks (
  webhook_id uuid primary key
);

-- How far events have been handed out to endpoints. One row, locked by the process that does it.
create table event_fan_out (
  is_only boolean primary key default true check (is_only),
  seq bigint not null
);

insert into event_fan_out (seq) values (0);

-- One event for one endpoint.
create table deliveries (
  webhook_id uuid not null,
  -- The event, and its partition.
  seq bigint not null,
  recorded_at timestamptz not null,
  tenant_id uuid not null,
  event_id uuid not null,
  event_type text not null,
  -- What it waits in: a contact's, or a subject's.
  line uuid not null,
  state text not null default 'waiting' check (state in ('waiting', 'delivered', 'failed')),
  -- Since it was queued, or queued again.
  attempts smallint not null default 0,
  -- What came of them, the newest last: {at, ms, status, error, body}.
  log jsonb,
  -- As it was sent first, and is sent again.
  body text,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (webhook_id, seq)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);

create index deliveries_waiting on deliveries (webhook_id, line, seq) where state = 'waiting';
create index deliveries_failed on deliveries (webhook_id, seq) where state = 'failed';

-- The queue: a line is what must go out in order, and only its head is ever sent. `due_at` is when that is to be tried, or
-- until when a process has it; infinity where nothing waits.
create table delivery_lines (
  webhook_id uuid not null,
  line uuid not null,
  waiting integer not null,
  due_at timestamptz not null,
  lease_owner text,
  primary key (webhook_id, line)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);

create index delivery_lines_due on delivery_lines (webhook_id, due_at);

-- What Meta told is recorded once, however often a webhook is applied.
create index events_meta on events (id) where type = 'meta.change';

-- The last number that an event drew, and below which id every transaction must be over before nothing up to that number
-- can still appear. The number is read first; the id is one of our own, for that of a snapshot is only the highest that is
-- over. Where the number is known already no id is spent.
create function event_horizon(known bigint, out seq bigint, out next_xid bigint, out oldest_xid bigint)
language plpgsql volatile as $$
begin
  seq := coalesce(pg_sequence_last_value('event_seq'), 0);
  if seq > known then
    next_xid := pg_current_xact_id()::text::bigint;
  end if;
  oldest_xid := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
end $$;

-- The number of the first event recorded at that time or later, by halving: numbers and times rise together.
create function event_seq_at(moment timestamptz) returns bigint
language plpgsql stable as $$
declare
  low bigint := 0;
  high bigint := coalesce(pg_sequence_last_value('event_seq'), 0) + 1;
  middle bigint;
  found record;
begin
  while low < high loop
    middle := (low + high) / 2;
    select e.seq, e.recorded_at into found from events e where e.seq >= middle order by e.seq limit 1;
    if found.seq is null or found.recorded_at >= moment then
      high := middle;
    else
      low := found.seq + 1;
    end if;
  end loop;
  return low;
end $$;
