-- What messages cost: dated cards of prices. Those of Meta's lists come with Carom (no tenant) and are written at start from
-- server/analytics/rates; a tenant may have cards of its own, which then count in their place.
create table rate_cards (
  id uuid primary key,
  tenant_id uuid references tenants on delete cascade,
  -- What it is called in paths.
  card_id text not null,
  name text not null,
  currency text not null,
  effective_from date not null,
  -- The first day on which it no longer holds; null: until a later one does.
  effective_until date,
  -- Of the files that it was written from.
  checksum text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique nulls not distinct (tenant_id, card_id)
);

-- `from_message`: the first message of a month that costs so much. What a card does not list has no known price.
create table rate_card_prices (
  rate_card_id uuid not null references rate_cards on delete cascade,
  market text not null,
  category text not null,
  from_message bigint not null default 1 check (from_message > 0),
  price numeric not null check (price >= 0),
  primary key (rate_card_id, market, category, from_message)
);
