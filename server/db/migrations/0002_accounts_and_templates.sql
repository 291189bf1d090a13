-- WhatsApp Business Accounts that tenants have connected, their numbers, and their templates.

create table accounts (
  id uuid primary key,
  tenant_id uuid not null references tenants (id) on delete cascade,
  waba_id text not null,
  name text,
  currency text,
  timezone_id text,
  business_id text,
  review_status text,
  status text not null check (status in ('connected', 'token_invalid', 'restricted', 'disconnected')),
  token_sealed text,
  token_expires_at timestamptz,
  token_scopes text[] not null default '{}',
  sandbox boolean not null,
  -- What Meta said last about a violation, ban or restriction.
  restriction jsonb,
  restricted_until timestamptz,
  -- Newest event applied, by kind, in seconds since the epoch: webhooks come late, twice, and in any order.
  seen jsonb not null default '{}',
  -- The tenant has claimed the WABA and not let go of it; status says whether it works.
  held boolean not null,
  subscribed_at timestamptz,
  -- When every step of onboarding was through for the first time since it was claimed.
  connected_at timestamptz,
  disconnected_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (tenant_id, waba_id)
);

-- One tenant at a time has a WABA.
create unique index accounts_held on accounts (waba_id) where held;
create index accounts_list on accounts (tenant_id, id desc);

create table phone_numbers (
  id uuid primary key,
  tenant_id uuid not null references tenants (id) on delete cascade,
  account_id uuid not null references accounts (id) on delete cascade,
  waba_id text not null,
  phone_number_id text not null,
  display_phone_number text not null,
  verified_name text,
  code_verification_status text,
  name_status text,
  quality_rating text,
  messaging_limit text,
  throughput_level text,
  messages_per_second integer not null check (messages_per_second > 0),
  coexistence boolean not null,
  status text not null,
  pin_sealed text,
  registered_at timestamptz,
  -- The bots room looks after what it points to; a deleted bot is unlinked there.
  bot_id uuid,
  autoreply_enabled boolean not null default false,
  sandbox boolean not null,
  seen jsonb not null default '{}',
  held boolean not null,
  disconnected_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (tenant_id, phone_number_id)
);

-- One tenant at a time has a number.
create unique index phone_numbers_held on phone_numbers (phone_number_id) where held;
create index phone_numbers_list on phone_numbers (tenant_id, id desc);
create index phone_numbers_account on phone_numbers (account_id);

create table templates (
  id uuid primary key,
  tenant_id uuid not null references tenants (id) on delete cascade,
  account_id uuid not null references accounts (id) on delete cascade,
  waba_id text not null,
  meta_template_id text not null,
  name text not null,
  language text not null,
  category text not null,
  status text not null,
  parameter_format text not null,
  components jsonb not null,
  quality_score text,
  rejected_reason text,
  previous_category text,
  correct_category text,
  message_send_ttl_seconds integer,
  seen jsonb not null default '{}',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  -- Meta has it no more. Kept, because messages tell which template they were.
  removed_at timestamptz,
  unique (account_id, name, language)
);

create index templates_list on templates (tenant_id, id desc) where removed_at is null;
create index templates_meta on templates (account_id, meta_template_id);

-- When all templates of an account were last compared with Meta's.
create table template_syncs (
  account_id uuid primary key references accounts (id) on delete cascade,
  synced_at timestamptz not null
);
