-- What deleted messages had been counted for. They go when they were kept long enough or when their person is forgotten; their
-- counts stay, and a recount has to know of them.
create table rollup_departed (
  tenant_id uuid not null,
  phone_number_id uuid not null,
  template text not null,
  language text not null,
  campaign_id uuid,
  kind text not null,
  label text not null,
  -- The beginning of the quarter hour.
  at timestamptz not null,
  n integer not null
);

create index rollup_departed_at on rollup_departed (at);

create function keep_counts_of_deleted_messages() returns trigger
language plpgsql as $$
begin
  insert into rollup_departed (tenant_id, phone_number_id, template, language, campaign_id, kind, label, at, n)
  select tenant_id, phone_number_id, template, language, campaign_id, (fact).kind, (fact).label, (fact).at, count(*)
  from (
    select tenant_id, phone_number_id, coalesce(template ->> 'name', '') as template,
      coalesce(template ->> 'language', '') as language, campaign_id,
      unnest(message_counts(direction, origin, type, status, bot_id is not null or automatic, recipient, template,
        error ->> 'code', pricing, response_s, sent_at, accepted_at, delivered_at, read_at, replied_at, failed_at)) as fact
    from old_rows
  ) as facts
  where (fact).at is not null
  group by 1, 2, 3, 4, 5, 6, 7, 8;
  return null;
end $$;

create trigger keep_counts_of_deleted_messages after delete on messages
  referencing old table as old_rows for each statement execute function keep_counts_of_deleted_messages();
