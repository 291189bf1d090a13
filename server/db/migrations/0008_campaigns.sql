-- Campaigns, their recipients, and how far they are.
create table campaigns (
  id uuid primary key,
  tenant_id uuid not null references tenants on delete cascade,
  -- Ours.
  phone_number_id uuid not null,
  name text not null,
  template text not null,
  language text not null,
  -- As on the wire of a template send, with {{variable}} placeholders for what each recipient brings.
  components jsonb,
  rate_per_second integer check (rate_per_second > 0),
  -- {start, end, timezone?}: local times of the recipient between which nothing is sent.
  quiet_hours jsonb,
  skip_opted_out boolean not null default true,
  -- When it pauses by itself.
  budgets jsonb not null default '{}',
  status text not null check (status in ('draft', 'scheduled', 'running', 'paused', 'completed', 'cancelled', 'failed')),
  -- {code, message, at}
  pause_reason jsonb,
  -- The last `ord` that a recipient got.
  last_ord bigint not null default 0,
  idempotency_id uuid,
  scheduled_at timestamptz,
  started_at timestamptz,
  completed_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  -- When a worker must look at it; moved ahead as its lease.
  due_at timestamptz,
  lease_owner text
);

create index campaigns_list on campaigns (tenant_id, id desc);
create index campaigns_due on campaigns (due_at) where due_at is not null;
create index campaigns_idempotency on campaigns (idempotency_id) where idempotency_id is not null;

-- Who a campaign goes to. `waiting` rows are the queue of the expansion: each becomes a message when its time has come.
create table campaign_recipients (
  campaign_id uuid not null references campaigns on delete cascade,
  -- In the order given, from 1.
  ord bigint not null,
  tenant_id uuid not null,
  alias_kind text not null check (alias_kind in ('phone', 'user_id')),
  -- Digits without plus, or a business-scoped user id.
  alias text not null,
  -- ISO 3166 alpha-2, from the phone number.
  country text,
  variables jsonb,
  -- In place of the campaign's own.
  components jsonb,
  state text not null default 'waiting' check (state in ('waiting', 'expanded', 'skipped', 'failed')),
  -- Not before this time: quiet hours, tomorrow's messaging limit, a marketing cap that is tried again.
  due_at timestamptz not null default '-infinity',
  -- The message of the newest attempt.
  message_id uuid,
  attempts smallint not null default 0,
  -- Why it was skipped, or could not become a message: {code, message}.
  reason jsonb,
  primary key (campaign_id, ord),
  unique (campaign_id, alias_kind, alias)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);

create index campaign_recipients_waiting on campaign_recipients (campaign_id, due_at, ord) where state = 'waiting';
create index campaign_recipients_message on campaign_recipients (message_id) where message_id is not null;

-- When the contact answered this message, by the definition of the analytics page.
alter table messages add column replied_at timestamptz;
create index messages_campaign on messages (campaign_id, id) where campaign_id is not null;
