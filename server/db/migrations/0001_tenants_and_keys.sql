-- Tenants, their API keys, answers kept for Idempotency-Keys, and the request counts of the current minute.

create table tenants (
  id uuid primary key,
  name text not null,
  is_first boolean not null default false,
  created_at timestamptz not null
);

-- The first tenant is made at first start, by whichever process comes first.
create unique index tenants_first on tenants (is_first) where is_first;

create table api_keys (
  id uuid primary key,
  tenant_id uuid not null references tenants (id) on delete cascade,
  name text not null,
  -- The newest secret's first characters: enough to tell keys apart, far too little to use one.
  prefix text not null,
  scopes text[] not null,
  owner boolean not null default false,
  sandbox boolean not null default false,
  rate_limit_rpm integer not null check (rate_limit_rpm > 0),
  expires_at timestamptz,
  last_used_at timestamptz,
  created_at timestamptz not null
);

create index api_keys_tenant on api_keys (tenant_id, id desc);

-- A key has one secret, or several while it is being rotated; only hashes are kept.
create table api_key_secrets (
  hash bytea primary key check (length(hash) = 32),
  key_id uuid not null references api_keys (id) on delete cascade,
  -- null: as long as the key itself.
  valid_until timestamptz
);

create index api_key_secrets_key on api_key_secrets (key_id);

-- No foreign key to tenants: this is written twice for every request that carries an Idempotency-Key.
create table idempotency_keys (
  id uuid primary key,
  tenant_id uuid not null,
  key text not null,
  request_hash bytea not null,
  state text not null check (state in ('running', 'done')),
  -- Who holds the lease: made anew by every claim, so that a process that slept through its lease settles nothing.
  owner uuid not null,
  lease_until timestamptz not null,
  status smallint,
  headers jsonb,
  body bytea,
  -- The body holds a secret that is shown once, and is encrypted.
  sealed boolean not null default false,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  unique (tenant_id, key)
);

create index idempotency_keys_expiry on idempotency_keys (expires_at);

-- One row per key, written over and over. Unlogged: a crash of the database forgets a minute's count, no more.
create unlogged table rate_windows (
  key_id uuid primary key,
  minute timestamptz not null,
  allowance integer not null,
  used integer not null,
  -- What the last statement got: the difference that its process may spend.
  granted integer not null
) with (fillfactor = 50);
