-- Single sends go first: they queue behind each other only, and push the campaigns of their number back. due_at is where
-- campaigns queue. Campaigns with a rate of their own have a row too, under the campaign's id.
alter table number_pace add column singles_at timestamptz not null default '-infinity';

-- Whom each business portfolio wrote to first, outside of an open window, and when last: Meta limits how many different
-- people that may be in 24 hours, over all numbers of the portfolio.
create table portfolios (
  -- Meta's id of the portfolio, or of the WABA where that is not known.
  id text primary key,
  -- Single sends stored before this time were added.
  swept_at timestamptz not null
);

create table portfolio_contacts (
  portfolio text not null,
  -- As messages have it: +E.164 or a business-scoped user id.
  recipient text not null,
  at timestamptz not null,
  primary key (portfolio, recipient)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);

create index portfolio_contacts_at on portfolio_contacts (portfolio, at);

-- The breaker counts those who stopped while a campaign ran.
create index consents_stopped on consents (tenant_id, at) where value = 'stop';
