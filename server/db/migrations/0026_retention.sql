-- How long things are kept: what a tenant wants otherwise than the settings say, and whose turn it is to delete.
create table retention (
  tenant_id uuid primary key references tenants on delete cascade,
  message_days integer not null check (message_days > 0),
  updated_at timestamptz not null
);

create table retention_rounds (
  one boolean primary key check (one),
  due_at timestamptz not null
);

-- Not in the first moments of an installation.
insert into retention_rounds values (true, now() + interval '10 minutes');

-- What is old is found by its age; messages have such an index already.
create index message_changes_age on message_changes (tenant_id, at);
create index media_age on media (tenant_id, created_at);
create index bot_turns_age on bot_turns (tenant_id, opened_at);
