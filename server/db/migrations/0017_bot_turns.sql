-- What Carom sends by itself: answers of bots, and messages that no person wrote.

-- Sent by Carom of its own accord (the confirmation of a STOP): in a thread it does not count as a person's answer.
alter table messages add column automatic boolean not null default false;

-- As before, without what Carom sent by itself. A template tells something (an order was shipped) and takes no thread over:
-- when the contact asks back, the bot answers.
create or replace function person_answered_at(number_id uuid, contact uuid, since timestamptz) returns timestamptz
language sql stable
return (
  select m.created_at from messages m
  where m.contact_id = contact and m.phone_number_id = number_id and m.created_at > since and m.direction = 'outbound'
    and m.bot_id is null and m.campaign_id is null and not m.automatic and m.type <> 'template'
    and m.origin is distinct from 'history'
  order by m.created_at desc limit 1
);

-- What a bot made of what a contact wrote: from the first message that wants an answer to the answer, or to the reason why
-- there is none. The row is its own queue entry; a thread has at most one that is open.
create table bot_turns (
  id uuid primary key,
  tenant_id uuid not null,
  bot_id uuid not null,
  conversation_id uuid not null,
  -- Ours.
  phone_number_id uuid not null,
  state text not null default 'open' check (state in ('open', 'answered', 'dropped')),
  -- The contact's messages that are to be answered.
  asked uuid[] not null,
  -- Answered: what went out.
  reply text check (reply in ('answer', 'fallback', 'handover')),
  -- Dropped, or answered with something else than an answer: {code, message}.
  reason jsonb,
  -- When a worker must look at it; moved ahead as the lease of the one that does.
  due_at timestamptz,
  -- Made anew by every claim: who comes back with an old one has lost the turn.
  lease_id uuid,
  attempts smallint not null default 0,
  -- By PostgreSQL's clock: however fast the contact goes on writing, the wait for more has an end.
  waiting_since timestamptz not null default now(),
  engine text,
  model text,
  -- Of all attempts together.
  input_tokens integer not null default 0,
  output_tokens integer not null default 0,
  -- null: the prices are not known.
  cost numeric,
  currency text,
  passages jsonb not null default '[]',
  tool_calls jsonb not null default '[]',
  -- The newest one: {code, message}.
  error jsonb,
  -- From the claim that answered to the end of it.
  latency_ms integer,
  -- What the engine said, also where it was not sent: [{type, content}].
  answer jsonb,
  -- The messages of it that were handed to the dispatcher, each after the one before it was taken by Meta.
  message_ids uuid[] not null default '{}',
  opened_at timestamptz not null,
  closed_at timestamptz
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);

create unique index bot_turns_open on bot_turns (conversation_id) where state = 'open';
create index bot_turns_due on bot_turns (due_at) where due_at is not null;
create index bot_turns_bot on bot_turns (bot_id, id desc);
create index bot_turns_conversation on bot_turns (conversation_id, closed_at);
create index bot_turns_spent on bot_turns (bot_id, opened_at) include (input_tokens, output_tokens, cost)
  where input_tokens + output_tokens > 0;
