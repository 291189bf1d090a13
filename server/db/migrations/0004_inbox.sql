-- What Meta called with, byte for byte, stored before Meta hears 200. `projected_at` is null until it was applied.
create table inbox (
  id uuid primary key,
  received_at timestamptz not null default clock_timestamp(),
  body bytea not null,
  projected_at timestamptz
) with (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);

create index inbox_waiting on inbox (id) where projected_at is null;

-- Single items of a webhook that could not be applied: kept with the reason, never in the way of those behind them.
create table inbox_parked (
  id uuid primary key,
  inbox_id uuid not null,
  path text not null,
  field text,
  reason text not null,
  item jsonb,
  parked_at timestamptz not null default clock_timestamp(),
  unique (inbox_id, path)
);
