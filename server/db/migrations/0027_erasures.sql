-- People who want to be forgotten: the work of it, step by step, and the one thing that outlives them here, their word that
-- they want no marketing.

create table erasures (
  id uuid primary key,
  tenant_id uuid not null references tenants on delete cascade,
  -- Null: known from lists of recipients and stored webhooks only.
  contact_id uuid,
  state text not null default 'running' check (state in ('running', 'done')),
  -- Where it is, and how far there. Each step may be done again from its beginning.
  step text not null,
  cursor text,
  -- Whom to look for: {aliases: [{kind, value}], thread_ids}. Gone when it is done.
  wanted jsonb,
  -- How many of what was deleted or emptied.
  counts jsonb not null default '{}',
  requested_at timestamptz not null,
  finished_at timestamptz,
  -- When a worker must go on with it; moved ahead as its lease.
  due_at timestamptz
);

create index erasures_list on erasures (tenant_id, id desc);
create index erasures_due on erasures (due_at) where due_at is not null;

-- What erased people had said about marketing, by a hash of their address with the tenant's salt: enough to know them again if
-- somebody writes to them, and no list of people.
create table suppression_salts (
  tenant_id uuid primary key references tenants on delete cascade,
  salt bytea not null
);

create table suppressions (
  tenant_id uuid not null references tenants on delete cascade,
  alias_hash bytea not null,
  -- As in consents.
  phone_number_id uuid not null,
  category text not null,
  value text not null check (value in ('stop', 'resume', 'signup')),
  source text not null,
  at timestamptz not null,
  primary key (tenant_id, alias_hash, phone_number_id, category)
);

create function suppression_hash(salt bytea, kind text, value text) returns bytea
language sql immutable parallel safe
return sha256(salt || convert_to(kind || ' ' || value, 'UTF8'));

-- However an address comes back (a message, a campaign's list, a send), what was said under it counts again at once, in the
-- statement that makes the contact. A word that was said since then wins.
create function recall_suppressions() returns trigger language plpgsql as $$
begin
  if not exists (select from suppressions) then
    return null;
  end if;
  with back as (
    delete from suppressions s using new_rows n, suppression_salts t
    where t.tenant_id = n.tenant_id and s.tenant_id = n.tenant_id
      and s.alias_hash = suppression_hash(t.salt, n.kind, n.value)
    returning n.contact_id, s.*
  ), kept as (
    insert into consents as c (contact_id, phone_number_id, category, tenant_id, value, source, detail, at)
    select distinct on (contact_id, phone_number_id, category) contact_id, phone_number_id, category, tenant_id, value, source,
      null, at
    from back order by contact_id, phone_number_id, category, at desc, value desc
    on conflict (contact_id, phone_number_id, category) do update set
      value = excluded.value, source = excluded.source, detail = excluded.detail, at = excluded.at
    where (excluded.at, excluded.value) > (c.at, c.value)
    returning contact_id, category, value
  )
  update contacts c set marketing_opt_out = true
  from (select distinct contact_id from kept where category = 'marketing_messages' and value = 'stop') k
  where c.id = k.contact_id and not c.marketing_opt_out;
  return null;
end $$;

create trigger contact_aliases_recall after insert on contact_aliases
referencing new table as new_rows for each statement execute function recall_suppressions();

-- Whom a tenant's numbers wrote to first in the last two days, where campaigns count that: the count stays, the person goes.
create function forget_portfolio_contacts(tenant uuid, recipients text[]) returns void language plpgsql as $$
begin
  if to_regclass('portfolio_contacts') is null then
    return;
  end if;
  execute 'update portfolio_contacts p set recipient = ''erased '' || gen_random_uuid()
    where p.recipient = any($2) and p.portfolio in (
      select a.waba_id from accounts a where a.tenant_id = $1 union select a.business_id from accounts a where a.tenant_id = $1)'
  using tenant, recipients;
end $$;

-- The ledger of what a contact said about marketing, where there is one.
create function forget_consent_entries(contact uuid) returns void language plpgsql as $$
begin
  if to_regclass('consent_entries') is not null then
    execute 'delete from consent_entries where contact_id = $1' using contact;
  end if;
end $$;
