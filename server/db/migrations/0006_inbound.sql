-- What comes in besides plain messages: facts about people with the time at which Meta told them, edits and deletions,
-- what was typed in the WhatsApp Business app, the history before Carom, consent, and notices about the account.

-- The newest fact wins, whatever the order in which webhooks come. A fact without a time only fills a gap.
alter table contacts
  add column phone_at timestamptz,
  add column user_id_at timestamptz,
  add column username_at timestamptz,
  add column name_at timestamptz,
  -- As the business keeps the person in the address book of its app; shown where the person's own name is not known.
  add column saved_name text,
  add column saved_name_at timestamptz,
  -- Whether any number of the tenant was told to stop marketing messages: the sum of `consents`.
  add column marketing_opt_out boolean not null default false,
  set (fillfactor = 80);

-- When a phone number came to this contact from somebody who had it before: earlier news of it is not about this contact.
alter table contact_aliases add column taken_at timestamptz;

alter table messages
  -- null: sent through Carom, or received as it was written.
  add column origin text check (origin in ('app', 'history')),
  -- What stood around it: forwarded, frequently_forwarded, from, referred_product.
  add column context jsonb,
  -- Where Meta's own words stand: the stored webhook, and the place in it.
  add column inbox_id uuid,
  add column inbox_path text,
  -- Every version of an edited message, the oldest first: {at, content}.
  add column edits jsonb,
  add column edited_at timestamptz,
  add column revoked_at timestamptz;

-- Edits and deletions as Meta told them. They may come before the message that they change.
create table message_changes (
  phone_number_id uuid not null,
  original_wamid text not null,
  wamid text not null,
  tenant_id uuid not null,
  direction text not null check (direction in ('outbound', 'inbound')),
  kind text not null check (kind in ('edit', 'revoke')),
  content jsonb,
  at timestamptz not null,
  primary key (phone_number_id, original_wamid, wamid)
);

-- What people want to get and what not. The newest word counts, per number.
create table consents (
  contact_id uuid not null,
  phone_number_id uuid not null,
  category text not null,
  tenant_id uuid not null,
  value text not null check (value in ('stop', 'resume', 'signup')),
  -- Who told it: whatsapp is the person's own switch in the app.
  source text not null,
  detail text,
  at timestamptz not null,
  primary key (contact_id, phone_number_id, category)
);

-- What Meta wants the operator to know, about an account or a number. Nothing in Carom changes by it.
create table notices (
  id uuid primary key,
  tenant_id uuid not null references tenants on delete cascade,
  account_id uuid,
  phone_number_id uuid,
  field text not null,
  kind text,
  value jsonb not null,
  at timestamptz not null
);

create index notices_list on notices (tenant_id, at desc, id desc);
