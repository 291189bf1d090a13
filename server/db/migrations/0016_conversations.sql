-- Conversations, the bots that answer in them, and what those bots know.

-- One thread per contact and number, from the first message that the contact writes (or that the app's user writes to them).
create table conversations (
  id uuid primary key,
  tenant_id uuid not null references tenants on delete cascade,
  -- Ours.
  phone_number_id uuid not null,
  contact_id uuid not null,
  status text not null default 'active' check (status in ('active', 'completed', 'escalated')),
  -- Why it stands so, where somebody or something said: shown beside the status.
  status_reason text,
  status_at timestamptz not null,
  -- The thread's own switch; the number's is in phone_numbers.
  autoreply_enabled boolean not null default true,
  -- No bot answers before this time, whatever else is so. A person's message pauses by itself (person_answered_at).
  bot_paused_until timestamptz,
  -- What people wrote before this time no longer pauses the bot: auto-reply was switched on again after it.
  bot_resumed_at timestamptz,
  unread_count integer not null default 0 check (unread_count >= 0),
  -- By Meta's timestamp, like the window. null: this contact never wrote.
  last_inbound_at timestamptz,
  -- By messages.created_at: the newest in either direction, campaigns left out.
  last_message_at timestamptz not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (phone_number_id, contact_id)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);

create index conversations_list on conversations (tenant_id, last_message_at desc, id desc);
create index conversations_unread on conversations (tenant_id, last_message_at desc, id desc) where unread_count > 0;
create index conversations_escalated on conversations (tenant_id, last_message_at desc, id desc) where status = 'escalated';
create index conversations_contact on conversations (contact_id);

-- What colleagues tell each other about a thread. Never sent.
create table conversation_notes (
  id uuid primary key,
  tenant_id uuid not null,
  conversation_id uuid not null references conversations on delete cascade,
  text text not null,
  -- Who wrote it, as the caller says.
  author text,
  created_at timestamptz not null
);

create index conversation_notes_list on conversation_notes (conversation_id, id desc);

create table bots (
  id uuid primary key,
  tenant_id uuid not null references tenants on delete cascade,
  name text not null,
  type text not null default 'whatsapp',
  system_prompt text not null default '',
  -- Everything of it but the key.
  config jsonb not null,
  api_key_sealed text,
  -- Signs what goes to the tenant's own URLs: the webhook engine and HTTP tools.
  signing_secret_sealed text not null,
  is_active boolean not null default true,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create index bots_list on bots (tenant_id, id desc);

-- In which threads a bot has answered. No foreign keys: written along with messages, which wait for nobody.
create table bot_conversations (
  bot_id uuid not null,
  conversation_id uuid not null,
  primary key (bot_id, conversation_id)
);

create index bot_conversations_conversation on bot_conversations (conversation_id);

-- What a bot may answer from: a text that was typed in, or the text of a file.
create table knowledge_documents (
  id uuid primary key,
  tenant_id uuid not null,
  bot_id uuid not null references bots on delete cascade,
  kind text not null check (kind in ('text', 'file')),
  title text not null,
  content text not null,
  filename text,
  mime_type text,
  -- Of the file, in bytes.
  size bigint,
  -- Hex, of the file.
  sha256 text,
  -- The text search configuration that its passages are indexed with.
  search_config regconfig not null,
  characters integer not null,
  passage_count integer not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create index knowledge_documents_list on knowledge_documents (bot_id, id desc);

-- A document in pieces of a few sentences: what search finds.
create table knowledge_passages (
  id uuid primary key,
  document_id uuid not null references knowledge_documents on delete cascade,
  bot_id uuid not null,
  tenant_id uuid not null,
  -- In the order of the document, from 0.
  ord integer not null,
  heading text,
  content text not null,
  search tsvector not null
);

create index knowledge_passages_document on knowledge_passages (document_id, ord);
create index knowledge_passages_bot on knowledge_passages (bot_id);
create index knowledge_passages_search on knowledge_passages using gin (search);

-- When a person last answered in a thread, after `since`: through the API or the console, or in the WhatsApp Business app.
create function person_answered_at(number_id uuid, contact uuid, since timestamptz) returns timestamptz
language sql stable
return (
  select m.created_at from messages m
  where m.contact_id = contact and m.phone_number_id = number_id and m.created_at > since and m.direction = 'outbound'
    and m.bot_id is null and m.campaign_id is null and m.origin is distinct from 'history'
  order by m.created_at desc limit 1
);

-- Threads move up when something is sent into them, and remember which bots answered there. A thread that somebody else
-- writes at this instant is left alone rather than waited for: it is on top anyway.
create function touch_conversations() returns trigger language plpgsql as $$
begin
  if not exists (select from stored where direction = 'outbound' and campaign_id is null) then
    return null;
  end if;
  with latest as (
    select phone_number_id, contact_id, max(created_at) as at from stored
    where direction = 'outbound' and campaign_id is null group by 1, 2
  ), found as materialized (
    select c.id, l.at from latest l join conversations c using (phone_number_id, contact_id)
    where c.last_message_at < l.at for no key update of c skip locked
  )
  update conversations c set last_message_at = f.at from found f where c.id = f.id;
  if exists (select from stored where bot_id is not null) then
    insert into bot_conversations (bot_id, conversation_id)
    select distinct s.bot_id, c.id
    from stored s join conversations c using (phone_number_id, contact_id)
    where s.bot_id is not null and s.direction = 'outbound'
    order by 1, 2
    on conflict do nothing;
  end if;
  return null;
end $$;

create trigger messages_touch_conversations after insert on messages
referencing new table as stored for each statement execute function touch_conversations();
