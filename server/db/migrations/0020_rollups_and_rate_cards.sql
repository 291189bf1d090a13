-- What analytics answer from: counts of messages by day, kept exact by triggers (the next file) that write differences
-- in the statement that changes messages. server/analytics folds those in; what is counted when is docs/analytics.md.

alter table messages
  -- What Carom computed from Meta's pricing: {amount, currency, rate_card}.
  add column cost jsonb,
  -- The rank of the status that brought `pricing`: what came with an arrival counts more than what came with `sent`.
  add column priced_by smallint,
  -- An answer to a person: how many seconds the person had waited for it.
  add column response_s integer;

-- Whatever counts are kept for: an account, a number, a template, a template at a number, a campaign.
create table rollup_slices (
  id integer generated always as identity primary key,
  tenant_id uuid not null,
  account_id uuid not null,
  slice text not null check (slice in ('account', 'number', 'template', 'number_template', 'campaign')),
  phone_number_id uuid,
  template text not null default '',
  language text not null default '',
  campaign_id uuid,
  unique nulls not distinct (tenant_id, slice, account_id, phone_number_id, template, language, campaign_id)
);

-- How many of `label` there were on a day (UTC): counts[i] from its beginning to the end of the quarter hour quarters[i] (1 to
-- 96), for those in which something happened. So any time zone's days and hours are differences of two entries, and ninety
-- days are ninety short rows.
create table rollup_days (
  slice_id integer not null,
  kind text not null check (kind in ('flow', 'cost', 'failure', 'response')),
  day date not null,
  label text not null,
  quarters integer[] not null,
  counts integer[] not null,
  primary key (slice_id, kind, day, label)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);

-- How many until the end of a quarter hour; 0 asks about the time before the first.
create function rollup_until(quarter integer, quarters integer[], counts integer[]) returns integer
language sql immutable parallel safe
return case quarter when 0 then 0 when 96 then coalesce(counts[cardinality(counts)], 0)
  else coalesce(counts[width_bucket(quarter, quarters)], 0) end;

-- Differences not folded in yet. Only ever inserted and deleted: no row that two transactions could fight over.
create table rollup_deltas (
  id bigint generated always as identity primary key,
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
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

create index rollup_deltas_tenant on rollup_deltas (tenant_id);

-- The functions from here to message_counts are single expressions of immutable parts, which PostgreSQL puts into the statement
-- in the place of a call: a call of a function in SQL costs more than all that these do (0.4 ms a message, measured).

-- Calling code → country. The same table as rates/calling-codes.csv.
create function calling_codes() returns jsonb
language sql immutable parallel safe
return '{
  "1":"US","1204":"CA","1226":"CA","1236":"CA","1242":"BS","1246":"BB","1249":"CA","1250":"CA","1257":"CA",
  "1263":"CA","1264":"AI","1268":"AG","1273":"CA","1284":"VG","1289":"CA","1306":"CA","1340":"VI","1343":"CA",
  "1345":"KY","1354":"CA","1365":"CA","1367":"CA","1368":"CA","1382":"CA","1403":"CA","1416":"CA","1418":"CA",
  "1428":"CA","1431":"CA","1437":"CA","1438":"CA","1441":"BM","1450":"CA","1468":"CA","1473":"GD","1474":"CA",
  "1506":"CA","1514":"CA","1519":"CA","1548":"CA","1579":"CA","1581":"CA","1584":"CA","1587":"CA","1600":"CA",
  "1604":"CA","1613":"CA","1622":"CA","1633":"CA","1639":"CA","1647":"CA","1649":"TC","1658":"JM","1664":"MS",
  "1670":"MP","1671":"GU","1672":"CA","1683":"CA","1684":"AS","1705":"CA","1709":"CA","1721":"SX","1742":"CA",
  "1753":"CA","1758":"LC","1767":"DM","1778":"CA","1780":"CA","1782":"CA","1784":"VC","1787":"PR","1807":"CA",
  "1809":"DO","1819":"CA","1825":"CA","1829":"DO","1849":"DO","1867":"CA","1868":"TT","1869":"KN","1873":"CA",
  "1876":"JM","1879":"CA","1902":"CA","1905":"CA","1939":"PR","1942":"CA","20":"EG","211":"SS","212":"MA",
  "213":"DZ","216":"TN","218":"LY","220":"GM","221":"SN","222":"MR","223":"ML","224":"GN","225":"CI","226":"BF",
  "227":"NE","228":"TG","229":"BJ","230":"MU","231":"LR","232":"SL","233":"GH","234":"NG","235":"TD","236":"CF",
  "237":"CM","238":"CV","239":"ST","240":"GQ","241":"GA","242":"CG","243":"CD","244":"AO","245":"GW","246":"IO",
  "247":"AC","248":"SC","249":"SD","250":"RW","251":"ET","252":"SO","253":"DJ","254":"KE","255":"TZ","256":"UG",
  "257":"BI","258":"MZ","260":"ZM","261":"MG","262":"RE","263":"ZW","264":"NA","265":"MW","266":"LS","267":"BW",
  "268":"SZ","269":"KM","27":"ZA","290":"SH","291":"ER","297":"AW","298":"FO","299":"GL","30":"GR","31":"NL",
  "32":"BE","33":"FR","34":"ES","350":"GI","351":"PT","352":"LU","353":"IE","354":"IS","355":"AL","356":"MT",
  "357":"CY","358":"FI","359":"BG","36":"HU","370":"LT","371":"LV","372":"EE","373":"MD","374":"AM","375":"BY",
  "376":"AD","377":"MC","378":"SM","380":"UA","381":"RS","382":"ME","383":"XK","385":"HR","386":"SI","387":"BA",
  "389":"MK","39":"IT","40":"RO","41":"CH","420":"CZ","421":"SK","423":"LI","43":"AT","44":"GB","45":"DK",
  "46":"SE","47":"NO","48":"PL","49":"DE","500":"FK","501":"BZ","502":"GT","503":"SV","504":"HN","505":"NI",
  "506":"CR","507":"PA","508":"PM","509":"HT","51":"PE","52":"MX","53":"CU","54":"AR","55":"BR","56":"CL",
  "57":"CO","58":"VE","590":"GP","591":"BO","592":"GY","593":"EC","594":"GF","595":"PY","596":"MQ","597":"SR",
  "598":"UY","599":"CW","60":"MY","61":"AU","62":"ID","63":"PH","64":"NZ","65":"SG","66":"TH","670":"TL",
  "672":"NF","673":"BN","674":"NR","675":"PG","676":"TO","677":"SB","678":"VU","679":"FJ","680":"PW","681":"WF",
  "682":"CK","683":"NU","685":"WS","686":"KI","687":"NC","688":"TV","689":"PF","690":"TK","691":"FM","692":"MH",
  "7":"RU","76":"KZ","77":"KZ","81":"JP","82":"KR","84":"VN","850":"KP","852":"HK","853":"MO","855":"KH",
  "856":"LA","86":"CN","880":"BD","886":"TW","90":"TR","91":"IN","92":"PK","93":"AF","94":"LK","95":"MM",
  "960":"MV","961":"LB","962":"JO","963":"SY","964":"IQ","965":"KW","966":"SA","967":"YE","968":"OM","970":"PS",
  "971":"AE","972":"IL","973":"BH","974":"QA","975":"BT","976":"MN","977":"NP","98":"IR","992":"TJ","993":"TM",
  "994":"AZ","995":"GE","996":"KG","998":"UZ"
}'::jsonb;

-- The country of a recipient by its calling code; ZZ where there is none.
create function recipient_country(recipient text) returns text
language sql immutable parallel safe
return case when recipient ~ '^[A-Z]{2}\.' then left(recipient, 2)
  else coalesce(calling_codes() ->> substr(recipient, 2, 4), calling_codes() ->> substr(recipient, 2, 3),
    calling_codes() ->> substr(recipient, 2, 2), calling_codes() ->> substr(recipient, 2, 1), 'ZZ') end;

-- `category:charge:country` of a delivered message. Charge is the type that Meta told, `free` where it only said that
-- nothing is billed, `conversation` under the model before July 2025, `untold` where it said nothing.
create function cost_label(pricing jsonb, template jsonb, recipient text) returns text
language sql immutable parallel safe
return coalesce(left(translate(lower(pricing ->> 'category'), '-:', '__'), 64), lower(template ->> 'category'),
    case when template is null then 'service' else 'unknown' end)
  || ':' || case
    when pricing is null then 'untold'
    when pricing ->> 'pricing_model' = 'CBP' and pricing ->> 'type' is null
      then case when pricing ->> 'billable' = 'false' then 'free' else 'conversation' end
    when pricing ->> 'type' = 'free_entry_point' and template is null then 'free_entry_point_service'
    when pricing ->> 'type' like 'free%' then left(translate(pricing ->> 'type', ':', '_'), 64)
    when pricing ->> 'billable' = 'false' then 'free'
    else 'regular'
  end || ':' || recipient_country(recipient);

-- Seconds to three digits: quarter hours and less are exact.
create function response_label(by_bot boolean, seconds integer) returns text
language sql immutable parallel safe
return case when by_bot then 'bot:' else 'hand:' end
  || (case when seconds < 1000 then seconds when seconds < 10000 then seconds / 10 * 10
    when seconds < 100000 then seconds / 100 * 100 else seconds / 1000 * 1000 end)::text;

-- One of `label` in the quarter hour that begins at `at`.
create type rollup_fact as (kind text, label text, at timestamptz);

create function rollup_fact(kind text, label text, at timestamptz) returns rollup_fact
language sql immutable parallel safe
return case when at is not null
  then row(kind, label, date_bin('15 minutes', at, timestamptz '1970-01-01 00:00:00+00'))::rollup_fact end;

-- All that one message adds to the counts: the one definition, for the triggers and for the recount. An array to be
-- unnested, because a table of values beside a row is compiled anew for each.
create function message_counts(
  direction text, origin text, type text, status text, by_bot boolean, recipient text, template jsonb, error_code text,
  pricing jsonb, response_s integer, sent_at timestamptz, accepted_at timestamptz, delivered_at timestamptz,
  read_at timestamptz, replied_at timestamptz, failed_at timestamptz
) returns rollup_fact[]
language sql immutable parallel safe
return case
  when direction = 'inbound' then case when origin is distinct from 'history' and type <> 'system'
    then array[rollup_fact('flow', 'inbound', sent_at)] end
  when origin = 'app' then array[
    rollup_fact('flow', 'outbound', sent_at),
    case when response_s is not null then rollup_fact('response', response_label(by_bot, response_s), sent_at) end
  ]
  when origin is not null then null
  when accepted_at is null then case when status = 'failed' then array[
    rollup_fact('flow', 'outbound', failed_at),
    rollup_fact('failure', 'refused:' || coalesce(left(error_code, 64), 'unknown'), failed_at)
  ] end
  else array[
    rollup_fact('flow', 'outbound', accepted_at),
    rollup_fact('flow', 'sent', accepted_at),
    case when delivered_at is not null then rollup_fact('flow', 'delivered', accepted_at) end,
    case when read_at is not null then rollup_fact('flow', 'read', accepted_at) end,
    case when replied_at is not null then rollup_fact('flow', 'replied', accepted_at) end,
    case when status = 'failed' then rollup_fact('flow', 'failed', accepted_at) end,
    case when status = 'failed' then rollup_fact('failure', 'failed:' || coalesce(left(error_code, 64), 'unknown'), accepted_at) end,
    case when delivered_at is not null
      then rollup_fact('cost', cost_label(pricing, template, recipient), delivered_at) end,
    case when delivered_at is not null and response_s is not null
      then rollup_fact('response', response_label(by_bot, response_s), accepted_at) end
  ]
end;

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
