-- Whom campaigns reach: how recipients came in, and consent as a ledger beside its current state.

-- Every call that brought recipients: what it answered, for its Idempotency-Key and for what the columns were called.
create table campaign_uploads (
  id uuid primary key,
  tenant_id uuid not null,
  campaign_id uuid not null references campaigns on delete cascade,
  idempotency_id uuid,
  -- Names of the variables, in the order in which they came.
  columns text[] not null,
  result jsonb not null,
  created_at timestamptz not null
);

create index campaign_uploads_campaign on campaign_uploads (campaign_id, id);
create index campaign_uploads_idempotency on campaign_uploads (idempotency_id) where idempotency_id is not null;

-- The foreign key asked about the same campaign once a row, which was half of the time that a million rows took.
-- Rows are added under a lock of their campaign, and go with it.
alter table campaign_recipients drop constraint campaign_recipients_campaign_id_fkey;

create function campaign_recipients_go() returns trigger language plpgsql as $$
begin
  delete from campaign_recipients where campaign_id = old.id;
  return null;
end $$;

create trigger campaign_recipients_go after delete on campaigns
  for each row execute function campaign_recipients_go();

-- What people said about marketing, word for word: only ever added to. `consents` is the newest word of each.
create table consent_entries (
  id uuid primary key,
  tenant_id uuid not null,
  contact_id uuid not null,
  -- Ours. All zeros: every number of the tenant.
  phone_number_id uuid not null,
  category text not null,
  value text not null check (value in ('stop', 'resume', 'signup')),
  -- whatsapp: the person's own switch; message: a word that they wrote; meta: a refusal; else as the API was told.
  source text not null,
  detail text,
  -- The message that said it.
  message_id uuid,
  -- When it was said, and when Carom heard of it.
  at timestamptz not null,
  recorded_at timestamptz not null default clock_timestamp(),
  -- The same word is kept once, however often it is told.
  unique (contact_id, phone_number_id, category, source, at, value)
);

create function consent_entries_stay() returns trigger language plpgsql as $$
begin
  raise exception 'consent_entries is only added to';
end $$;

-- Only whose entry it is may change: two contacts can turn out to be one person.
create trigger consent_entries_stay
  before update of tenant_id, phone_number_id, category, value, source, detail, message_id, at, recorded_at
  on consent_entries for each row execute function consent_entries_stay();

insert into consent_entries (id, tenant_id, contact_id, phone_number_id, category, value, source, detail, at)
select gen_random_uuid(), tenant_id, contact_id, phone_number_id, category, value, source, detail, at from consents;

create index contacts_opted_out on contacts (tenant_id, id) where marketing_opt_out;

-- Whether a contact wants no marketing from a number: the newest word said to it, or to all numbers (all zeros). Of two
-- from the same second the stricter one.
create function stopped_marketing(contact uuid, number uuid) returns boolean
language sql stable parallel safe
return coalesce((
  select value = 'stop' from consents
  where contact_id = contact and category = 'marketing_messages'
    and phone_number_id in (number, '00000000-0000-0000-0000-000000000000')
  order by at desc, value desc limit 1), false);

-- Whether there is any number from which a contact wants no marketing.
create function stopped_somewhere(contact uuid) returns boolean
language sql stable parallel safe
return exists (
  select from consents s
  where s.contact_id = contact and s.category = 'marketing_messages' and s.value = 'stop'
    and not exists (
      select from consents later
      where later.contact_id = contact and later.category = 'marketing_messages' and later.value <> 'stop'
        and later.phone_number_id = '00000000-0000-0000-0000-000000000000'
        and (later.at, later.value) > (s.at, s.value)));

-- How a tenant listens to words like STOP. What is null has its default.
create table consent_settings (
  tenant_id uuid primary key references tenants on delete cascade,
  -- {language: [word, …]}
  stop_words jsonb,
  start_words jsonb,
  -- {language: text}; an empty object: no answer.
  stop_answers jsonb,
  start_answers jsonb,
  -- What a word that was written to one number counts for.
  scope text check (scope in ('number', 'all_numbers')),
  updated_at timestamptz not null
);
