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

-- Who answered whom, in some threads (a number and a contact each), around what happened there since `ats`: `replied_at` of
-- outbound messages, and how long people waited for answers. Worked out from the messages alone, so that the order in
-- which Meta told of them does not matter. A person's message is known to the second; within it, it came no later than we
-- heard of it. Answers how many messages it changed. Fixed to index lookups: the plan is kept, and the table may have been
-- empty when it was made.
create function attribute_replies(numbers uuid[], contacts uuid[], ats timestamptz[]) returns integer
language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_nestloop = on set jit = off
as $$
declare
  changed integer;
begin
  with thread as (
    select number, contact, min(since) as since from unnest(numbers, contacts, ats) as u(number, contact, since)
    group by number, contact
  ), told as (
    select t.number, t.contact, t.since, m.*,
      m.direction = 'inbound' as is_in,
      m.direction = 'outbound' and m.status <> 'failed' as is_out,
      m.direction = 'outbound' and m.status <> 'failed' and m.campaign_id is null
        and m.type not in ('template', 'reaction') as is_answer,
      m.delivered_at is not null or m.origin = 'app' as has_arrived,
      case when m.direction = 'inbound' then greatest(m.sent_at, least(m.created_at, m.sent_at + interval '999 ms'))
        else coalesce(m.accepted_at, m.sent_at) end as at
    from thread t cross join lateral (
      select id, direction, type, status, origin, wamid, campaign_id, created_at, sent_at, accepted_at, delivered_at, replied_at,
        response_s,
        case when type = 'reaction' then content ->> 'message_id' else reply_to end as quoted
      from messages
      -- Messages may wait a week in the queue, and answers count for three days.
      where contact_id = t.contact and phone_number_id = t.number and created_at > t.since - interval '11 days'
        and origin is distinct from 'history'
        and case direction when 'inbound' then type not in ('system', 'call')
          else accepted_at is not null or origin = 'app' end
      offset 0
    ) m
  ), numbered as (
    select *,
      -- How many of the person's messages come from here on; so a message and the next of the person's have the same number.
      count(*) filter (where is_in) over (in_order rows between current row and unbounded following) as run,
      -- Messages that failed reached nobody: they stand in nobody's way.
      count(*) filter (where is_out) over (in_order rows between 1 following and unbounded following) as outs_after,
      count(*) filter (where is_answer) over (in_order rows between unbounded preceding and 1 preceding) as turn
    from told
    window in_order as (partition by number, contact order by at, is_in, id)
  ), judged as (
    select id, is_in, is_out, is_answer and has_arrived as is_measured, at, since, wamid, quoted, replied_at, response_s,
      outs_after = max(outs_after) filter (where is_in) over in_run as is_latest,
      max(sent_at) filter (where is_in) over in_run as next_at,
      max(quoted) filter (where is_in) over in_run as next_quoted,
      min(sent_at) filter (where is_in) over (partition by number, contact, turn order by at
        range between interval '7 days' preceding and current row) as waiting_since
    from numbered
    where is_in or at >= since - interval '72 hours'
    window in_run as (partition by number, contact, run)
  ), verdict as (
    select j.id,
      case when is_out and next_at <= at + interval '72 hours'
        and case when next_quoted is null then is_latest else next_quoted = wamid end then next_at end as replied_at,
      case when at < since then response_s
        when is_measured and waiting_since <= at then floor(extract(epoch from at - waiting_since))::integer end as response_s,
      replied_at as had_replied_at, response_s as had_response_s
    from judged j
    where at >= since - interval '72 hours' and not is_in
    offset 0
  )
  update messages m set replied_at = v.replied_at, response_s = v.response_s
  from verdict v
  where m.id = v.id and (v.had_replied_at, v.had_response_s) is distinct from (v.replied_at, v.response_s);
  get diagnostics changed = row_count;
  return changed;
end $$;

-- Adds up what a statement on messages changed in the counts, in three ways: what it inserted, what it updated, and what was
-- there before any of this. Then it looks again at the threads in which that may have changed who answered whom.

create function count_inserted_messages() returns trigger
language plpgsql
set jit = off
as $$
declare
  numbers uuid[];
  contacts uuid[];
  ats timestamptz[];
begin
  -- About to be sent: nothing has happened to these yet.
  if not exists (
    select from new_rows where direction = 'inbound' or origin = 'app' or accepted_at is not null or status = 'failed'
  ) then
    return null;
  end if;
  insert into rollup_deltas (tenant_id, phone_number_id, template, language, campaign_id, kind, label, at, n)
  select tenant_id, phone_number_id, template, language, campaign_id, (fact).kind, (fact).label, (fact).at, count(*)
  from (
    select tenant_id, phone_number_id, coalesce(template ->> 'name', '') as template,
      coalesce(template ->> 'language', '') as language, campaign_id,
      unnest(message_counts(direction, origin, type, status, bot_id is not null or automatic, recipient, template,
        error ->> 'code', pricing, response_s, sent_at, accepted_at, delivered_at, read_at, replied_at, failed_at)) as fact
    from new_rows
  ) as facts
  where (fact).at is not null
  group by 1, 2, 3, 4, 5, 6, 7, 8;
  select array_agg(phone_number_id), array_agg(contact_id), array_agg(coalesce(accepted_at, sent_at))
  into numbers, contacts, ats
  from new_rows
  where origin is distinct from 'history' and (direction = 'inbound' and type not in ('system', 'call') or origin = 'app');
  if numbers is not null then
    perform attribute_replies(numbers, contacts, ats);
  end if;
  return null;
end $$;

-- Most updates change nothing that is counted (claims, leases, a status `sent`): one look at old and new rows side by side
-- tells. They are joined by hash whatever the connection prefers: nested loops over 500 rows cost 20 ms.
create function count_updated_messages() returns trigger
language plpgsql
set enable_hashjoin = on set enable_nestloop = off set jit = off
as $$
declare
  is_counted boolean;
  numbers uuid[];
  contacts uuid[];
  ats timestamptz[];
begin
  if not exists (
    select from new_rows where direction = 'inbound' or origin = 'app' or accepted_at is not null or status = 'failed'
  ) then
    return null;
  end if;
  select bool_or(counted), array_agg(phone_number_id) filter (where moved), array_agg(contact_id) filter (where moved),
    array_agg(at) filter (where moved)
  into is_counted, numbers, contacts, ats
  from (
    select phone_number_id, contact_id, at, counted, is_changed and (
      direction = 'inbound' or (is_answer and (delivered_at is not null
        -- Told by a status: it may lie before answers that are counted already.
        or sent_at is not null or status = 'failed'))
      -- Accepted, or failed, after the person had written again.
      or (select w.last_inbound_at from windows w where w.phone_number_id = c.phone_number_id and w.contact_id = c.contact_id)
        > at - interval '1 second') as moved
    from (
      select n.phone_number_id, n.contact_id, n.direction, n.status, n.sent_at, n.delivered_at,
        coalesce(n.accepted_at, n.sent_at) as at,
        n.direction = 'outbound' and n.campaign_id is null and n.type not in ('template', 'reaction') as is_answer,
        -- All that message_counts looks at.
        row(n.phone_number_id, n.campaign_id, n.origin, n.type, n.status = 'failed', n.accepted_at, n.delivered_at,
          n.read_at is null, n.replied_at is null, n.response_s)
        is distinct from row(o.phone_number_id, o.campaign_id, o.origin, o.type, o.status = 'failed', o.accepted_at,
          o.delivered_at, o.read_at is null, o.replied_at is null, o.response_s)
        or n.template is distinct from o.template
        or n.delivered_at is not null and row(n.pricing, n.recipient) is distinct from row(o.pricing, o.recipient)
        or n.status = 'failed' and row(n.failed_at, n.error ->> 'code') is distinct from row(o.failed_at, o.error ->> 'code')
        or (n.direction = 'inbound' or n.origin = 'app') and n.sent_at is distinct from o.sent_at as counted,
        -- All that decides who answered whom.
        n.origin is distinct from 'history'
        and (case n.direction when 'inbound' then n.type not in ('system', 'call')
          else n.accepted_at is not null or n.origin = 'app' end)
        and row(n.phone_number_id, n.contact_id, n.origin, n.type, n.status = 'failed', n.wamid, n.reply_to,
          coalesce(n.accepted_at, n.sent_at), n.delivered_at is null)
        is distinct from row(o.phone_number_id, o.contact_id, o.origin, o.type, o.status = 'failed', o.wamid, o.reply_to,
          coalesce(o.accepted_at, o.sent_at), o.delivered_at is null) as is_changed
      from new_rows n join old_rows o on o.id = n.id
      offset 0
    ) c
  ) as looked_at;
  if is_counted then
    insert into rollup_deltas (tenant_id, phone_number_id, template, language, campaign_id, kind, label, at, n)
    select tenant_id, phone_number_id, template, language, campaign_id, (fact).kind, (fact).label, (fact).at, sum(k)
    from (
      select tenant_id, phone_number_id, coalesce(template ->> 'name', '') as template,
        coalesce(template ->> 'language', '') as language, campaign_id, k,
        unnest(message_counts(direction, origin, type, status, bot_id is not null or automatic, recipient, template,
          error ->> 'code', pricing, response_s, sent_at, accepted_at, delivered_at, read_at, replied_at, failed_at)) as fact
      from (select *, -1 as k from old_rows union all select *, 1 as k from new_rows) as both_rows
    ) as facts
    where (fact).at is not null
    group by 1, 2, 3, 4, 5, 6, 7, 8
    having sum(k) <> 0;
  end if;
  if numbers is not null then
    perform attribute_replies(numbers, contacts, ats);
  end if;
  return null;
end $$;

-- From here to the end of this transaction nobody else writes messages: each is counted once, below or by a trigger.
create trigger count_inserted after insert on messages
  referencing new table as new_rows for each statement execute function count_inserted_messages();
create trigger count_updated after update on messages
  referencing old table as old_rows new table as new_rows for each statement execute function count_updated_messages();

alter table messages disable trigger count_updated;
select attribute_replies(array_agg(phone_number_id), array_agg(contact_id), array_agg(since))
from (select phone_number_id, contact_id, min(created_at) as since from messages group by 1, 2) as threads;
alter table messages enable trigger count_updated;

insert into rollup_deltas (tenant_id, phone_number_id, template, language, campaign_id, kind, label, at, n)
select tenant_id, phone_number_id, template, language, campaign_id, (fact).kind, (fact).label, (fact).at, count(*)
from (
  select tenant_id, phone_number_id, coalesce(template ->> 'name', '') as template,
    coalesce(template ->> 'language', '') as language, campaign_id,
    unnest(message_counts(direction, origin, type, status, bot_id is not null or automatic, recipient, template,
      error ->> 'code', pricing, response_s, sent_at, accepted_at, delivered_at, read_at, replied_at, failed_at)) as fact
  from messages
) as facts
where (fact).at is not null
group by 1, 2, 3, 4, 5, 6, 7, 8;
