-- Who changed what, by which key: the call, never its values.
create table audit (
  id uuid primary key,
  tenant_id uuid not null,
  key_id uuid not null,
  -- The call's method and path pattern.
  action text not null,
  -- The ids in its path.
  subject text,
  -- The names of the fields that its body had.
  fields text[] not null,
  status smallint not null,
  request_id text not null,
  at timestamptz not null
);

create index audit_list on audit (tenant_id, id desc);
