-- What running campaigns need: recipients' messages that wait for their campaign, exact counts, and why a campaign stands.

alter table messages
  -- The recipient's place in its campaign.
  add column campaign_ord bigint,
  -- A message of a campaign that is queued again waits here until then, for its campaign and not for the dispatcher: a
  -- campaign that stands still costs nobody a look at it.
  add column retry_at timestamptz,
  -- A newer attempt took its place: it counts no more.
  add column superseded boolean not null default false;

-- None of these columns changes when a status of Meta's comes in, so that such updates stay within their page (HOT).
create index messages_campaign_retry on messages (campaign_id, retry_at) where retry_at is not null;
create index messages_campaign_failed on messages (campaign_id, (error ->> 'code'))
  where failed_at is not null and campaign_id is not null and not superseded;

-- Recipients are taken in the order of their key, from a mark below which nobody waits, and a message knows its recipient: so
-- taking one changes no indexed column, and half-filled pages have room for its new version (HOT). Only those who must not be
-- written to before a certain time stand in an index of their own.
drop index campaign_recipients_message;
drop index campaign_recipients_waiting;
create index campaign_recipients_deferred on campaign_recipients (campaign_id, due_at, ord) where due_at > '-infinity';
alter table campaign_recipients set (fillfactor = 50);

alter table campaigns
  -- What was accepted at launch or resume, and so is no reason to pause: {category, quality}.
  add column baseline jsonb,
  -- Up to here no recipient waits, those apart who are deferred.
  add column low_ord bigint not null default 0,
  -- Why nothing is sent although it runs: {code, message, until}.
  add column hold jsonb,
  -- What the breaker remembers between two looks.
  add column watch jsonb,
  -- Causes of which failed recipients are still to be put back: {codes}.
  add column retry jsonb;

create index campaigns_scheduled on campaigns (scheduled_at) where status = 'scheduled';
create index campaigns_running on campaigns (id) where status = 'running';

-- Counts are deltas that are only ever appended, one row a statement and campaign, folded in the background: the sum of
-- both tables is exact in any snapshot, and no row is fought over.
create table campaign_count_deltas (
  id bigint generated always as identity primary key,
  campaign_id uuid not null,
  total integer not null default 0,
  -- Of recipients: not yet a message; left out; could not become one.
  waiting integer not null default 0,
  skipped integer not null default 0,
  unfit integer not null default 0,
  -- Of their newest messages.
  pending integer not null default 0,
  unknown integer not null default 0,
  sent integer not null default 0,
  confirmed integer not null default 0,
  delivered integer not null default 0,
  read integer not null default 0,
  replied integer not null default 0,
  failed integer not null default 0,
  -- Those of the failed that Meta never took.
  rejected integer not null default 0
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

create index campaign_count_deltas_campaign on campaign_count_deltas (campaign_id);

create table campaign_counts (
  campaign_id uuid primary key references campaigns on delete cascade,
  total bigint not null,
  waiting bigint not null,
  skipped bigint not null,
  unfit bigint not null,
  pending bigint not null,
  unknown bigint not null,
  sent bigint not null,
  confirmed bigint not null,
  delivered bigint not null,
  read bigint not null,
  replied bigint not null,
  failed bigint not null,
  rejected bigint not null
) with (fillfactor = 50);

-- What was minus what is, without joining the two: however a statement's rows changed, the difference of the sums is right.
-- The plan is kept: planning this anew would cost more than running it.
create function count_campaign_messages() returns trigger
language plpgsql set plan_cache_mode = force_generic_plan as $$
begin
  if not exists (select from new_rows where campaign_id is not null) then
    return null;
  end if;
  if tg_op = 'INSERT' then
    insert into campaign_count_deltas (campaign_id, pending, unknown, sent, confirmed, delivered, read, replied, failed, rejected)
    select campaign_id,
      count(*) filter (where status in ('queued', 'sending')), count(*) filter (where status = 'unknown'),
      count(accepted_at), count(sent_at), count(delivered_at), count(read_at), count(replied_at),
      count(*) filter (where status = 'failed'), count(*) filter (where status = 'failed' and accepted_at is null)
    from new_rows where campaign_id is not null and not superseded group by campaign_id;
    return null;
  end if;
  insert into campaign_count_deltas (campaign_id, pending, unknown, sent, confirmed, delivered, read, replied, failed, rejected)
  select * from (
    select campaign_id,
      coalesce(sum(sign) filter (where status in ('queued', 'sending')), 0) as pending,
      coalesce(sum(sign) filter (where status = 'unknown'), 0) as unknown,
      coalesce(sum(sign) filter (where accepted_at is not null), 0) as sent,
      coalesce(sum(sign) filter (where sent_at is not null), 0) as confirmed,
      coalesce(sum(sign) filter (where delivered_at is not null), 0) as delivered,
      coalesce(sum(sign) filter (where read_at is not null), 0) as read,
      coalesce(sum(sign) filter (where replied_at is not null), 0) as replied,
      coalesce(sum(sign) filter (where status = 'failed'), 0) as failed,
      coalesce(sum(sign) filter (where status = 'failed' and accepted_at is null), 0) as rejected
    from (
      select 1 as sign, campaign_id, status, accepted_at, sent_at, delivered_at, read_at, replied_at
      from new_rows where campaign_id is not null and not superseded
      union all
      select -1, campaign_id, status, accepted_at, sent_at, delivered_at, read_at, replied_at
      from old_rows where campaign_id is not null and not superseded
    ) both_rows
    group by campaign_id
  ) d
  where (pending, unknown, sent, confirmed, delivered, read, replied, failed, rejected) is distinct from (0, 0, 0, 0, 0, 0, 0, 0, 0);
  return null;
end $$;

create trigger count_campaign_messages_inserted after insert on messages
  referencing new table as new_rows for each statement execute function count_campaign_messages();
create trigger count_campaign_messages_updated after update on messages
  referencing old table as old_rows new table as new_rows for each statement execute function count_campaign_messages();

create function count_campaign_recipients() returns trigger
language plpgsql set plan_cache_mode = force_generic_plan as $$
begin
  if tg_op = 'INSERT' then
    insert into campaign_count_deltas (campaign_id, total, waiting, skipped, unfit)
    select campaign_id, count(*), count(*) filter (where state = 'waiting'), count(*) filter (where state = 'skipped'),
      count(*) filter (where state = 'failed')
    from new_rows group by campaign_id;
  elsif tg_op = 'DELETE' then
    insert into campaign_count_deltas (campaign_id, total, waiting, skipped, unfit)
    select campaign_id, -count(*), -count(*) filter (where state = 'waiting'), -count(*) filter (where state = 'skipped'),
      -count(*) filter (where state = 'failed')
    from old_rows group by campaign_id;
  else
    insert into campaign_count_deltas (campaign_id, waiting, skipped, unfit)
    select * from (
      select campaign_id,
        coalesce(sum(sign) filter (where state = 'waiting'), 0) as waiting,
        coalesce(sum(sign) filter (where state = 'skipped'), 0) as skipped,
        coalesce(sum(sign) filter (where state = 'failed'), 0) as unfit
      from (select 1 as sign, campaign_id, state from new_rows union all select -1, campaign_id, state from old_rows) both_rows
      group by campaign_id
    ) d
    where (waiting, skipped, unfit) is distinct from (0, 0, 0);
  end if;
  return null;
end $$;

create trigger count_campaign_recipients_inserted after insert on campaign_recipients
  referencing new table as new_rows for each statement execute function count_campaign_recipients();
create trigger count_campaign_recipients_updated after update on campaign_recipients
  referencing old table as old_rows new table as new_rows for each statement execute function count_campaign_recipients();
create trigger count_campaign_recipients_deleted after delete on campaign_recipients
  referencing old table as old_rows for each statement execute function count_campaign_recipients();
