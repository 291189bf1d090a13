-- What the doctor found last on its schedule, to tell what is new; and whose turn it is to look.
create table doctor_findings (
  tenant_id uuid not null references tenants on delete cascade,
  code text not null,
  -- Meta's id of an account, number or template; '' for the installation.
  subject text not null,
  severity text not null check (severity in ('error', 'warning', 'notice', 'ok')),
  message text not null,
  since timestamptz not null,
  primary key (tenant_id, code, subject)
);

create table doctor_rounds (
  one boolean primary key check (one),
  due_at timestamptz not null
);

-- Not in the first moments of an installation, when nothing is connected yet.
insert into doctor_rounds values (true, now() + interval '5 minutes');
