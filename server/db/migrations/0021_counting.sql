-- What counts in a thread (a number and a contact) around a moment: messages may wait a week in the queue, and answers count
-- for three days. A person's message is known to the second; within it, it came no later than we heard of it.
create function thread_messages(number uuid, contact uuid, since timestamptz) returns table (
  id uuid, at timestamptz, is_in boolean, is_out boolean, is_answer boolean, has_arrived boolean, wamid text, quoted text,
  sent_at timestamptz, replied_at timestamptz, response_s integer
)
language sql stable
as $$
  select m.id,
    case when direction = 'inbound' then greatest(m.sent_at, least(created_at, m.sent_at + interval '999 ms'))
      else coalesce(accepted_at, m.sent_at) end,
    direction = 'inbound', direction = 'outbound' and status <> 'failed',
    direction = 'outbound' and status <> 'failed' and campaign_id is null and type not in ('template', 'reaction'),
    delivered_at is not null or origin = 'app', m.wamid,
    case when type = 'reaction' then content ->> 'message_id' else reply_to end, m.sent_at, m.replied_at, m.response_s
  from messages m
  where contact_id = contact and phone_number_id = number and created_at > since - interval '11 days'
    and origin is distinct from 'history'
    and case direction when 'inbound' then type not in ('system', 'call') else accepted_at is not null or origin = 'app' end
  offset 0
$$;

-- Who answered whom, in some threads, around what happened there since `ats`: `replied_at` of outbound messages, and how
-- long people waited for answers. Worked out from the messages alone, so that the order in which Meta told of them does not
-- matter. Answers how many messages it changed. Fixed to index lookups: the plan is kept, and the table may have been empty
-- when it was made.
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
    select t.*, m.* from thread t cross join lateral thread_messages(t.number, t.contact, t.since) m
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

-- The same for messages of people that have just come in, at most one of a thread: mostly each is the newest of its thread
-- and quotes nothing, so it answers the one before it, if that is ours, and changes nothing else. Answers the places of the others.
create function attribute_newest(ids uuid[], numbers uuid[], contacts uuid[], sent_ats timestamptz[]) returns integer[]
language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_nestloop = on set jit = off
as $$
declare
  others integer[];
  answered uuid[];
  answers timestamptz[];
begin
  select array_agg(ord) filter (where not is_plain), array_agg(before) filter (where is_plain and before is not null),
    array_agg(sent_at) filter (where is_plain and before is not null)
  into others, answered, answers
  from (
    select n.ord::integer, n.sent_at, coalesce(last.ids[1] = n.id, false) and last.quoted is null as is_plain,
      case when last.outs[2] and n.sent_at <= last.ats[2] + interval '72 hours' then last.ids[2] end as before
    from unnest(ids, numbers, contacts, sent_ats) with ordinality as n(id, number, contact, sent_at, ord)
    cross join lateral (
      select array_agg(id) as ids, array_agg(is_out) as outs, array_agg(at) as ats,
        max(quoted) filter (where id = n.id) as quoted
      from (
        select * from thread_messages(n.number, n.contact, n.sent_at) where is_in or is_out
        order by at desc, is_in desc, id desc limit 2
      ) as last_two
    ) last
  ) as looked_at;
  if answered is not null then
    update messages m set replied_at = a.at from unnest(answered, answers) as a(id, at)
    where m.id = a.id and m.replied_at is distinct from a.at;
  end if;
  return others;
end $$;

-- A send that is being settled while somebody's message comes in would not see it, nor it the send: the later one waits for
-- the other.
create function await_settling(numbers uuid[], contacts uuid[], ats timestamptz[]) returns void
language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_nestloop = on set jit = off
as $$
begin
  perform from messages m join unnest(numbers, contacts, ats) as n(number, contact, at)
    on m.contact_id = n.contact and m.created_at > n.at - interval '11 days' and m.phone_number_id = n.number
  where m.direction = 'outbound' and m.due_at is not null
  order by m.id for no key update of m;
end $$;

-- Adds up what a statement on messages changed in the counts, in three ways: what it inserted, what it updated, and what was
-- there before any of this. Then it looks again at the threads in which that may have changed who answered whom.

create function count_inserted_messages() returns trigger
language plpgsql
set jit = off
as $$
declare
  ids uuid[];
  numbers uuid[];
  contacts uuid[];
  ats timestamptz[];
  are_many boolean;
  others integer[];
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
  select array_agg(id), array_agg(phone_number_id), array_agg(contact_id), array_agg(sent_at), bool_or(direction = 'outbound')
    or count(*) > count(distinct (phone_number_id, contact_id))
  into ids, numbers, contacts, ats, are_many
  from new_rows
  where origin is distinct from 'history' and (direction = 'inbound' and type not in ('system', 'call') or origin = 'app');
  if numbers is null then
    return null;
  end if;
  perform await_settling(numbers, contacts, ats);
  if not are_many then
    others := attribute_newest(ids, numbers, contacts, ats);
    if others is null then
      return null;
    end if;
    select array_agg(number), array_agg(contact), array_agg(at) into numbers, contacts, ats
    from unnest(numbers, contacts, ats) with ordinality as n(number, contact, at, ord)
    where ord = any(others);
  end if;
  perform attribute_replies(numbers, contacts, ats);
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
          coalesce(n.accepted_at, n.sent_at), n.campaign_id is null and n.type not in ('template', 'reaction') and n.delivered_at is not null)
        is distinct from row(o.phone_number_id, o.contact_id, o.origin, o.type, o.status = 'failed', o.wamid, o.reply_to,
          coalesce(o.accepted_at, o.sent_at), o.campaign_id is null and o.type not in ('template', 'reaction') and o.delivered_at is not null) as is_changed
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
