-- Media that were uploaded through Carom, or came in with a message. The bytes are at Meta, and in the mirror where an
-- account has one.
alter table accounts add column media_mirror boolean not null default false;

create table media (
  id uuid primary key,
  tenant_id uuid not null,
  -- Ours.
  phone_number_id uuid not null,
  -- Meta's, unique at a number.
  media_id text not null,
  direction text not null check (direction in ('outbound', 'inbound')),
  mime_type text,
  size bigint,
  -- Hex.
  sha256 text,
  filename text,
  -- When Meta forgets it.
  expires_at timestamptz not null,
  created_at timestamptz not null,
  -- null: not mirrored and not to be.
  mirror_state text check (mirror_state in ('waiting', 'stored', 'given_up')),
  -- Where the bytes are: disk or s3, and the name there.
  mirror_place text check (mirror_place in ('disk', 's3')),
  mirror_key text,
  mirror_due_at timestamptz,
  mirror_attempts integer not null default 0,
  -- Why it was given up, or what went wrong last.
  mirror_reason text,
  mirrored_at timestamptz,
  unique (phone_number_id, media_id)
);

create index media_of_tenant on media (tenant_id, media_id);
create index media_same_bytes on media (phone_number_id, sha256) where direction = 'outbound';
create index media_to_mirror on media (mirror_due_at) where mirror_state = 'waiting';
