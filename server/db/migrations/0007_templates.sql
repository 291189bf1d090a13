-- Templates that are made here, not only read: what Meta said about their status, what an edit or deletion forbids for a
-- while, and when each account is compared with Meta again.
alter table templates
  add column category_changed_at timestamptz,
  -- What came with the status: rejection_info, other_info, disable_info.
  add column status_info jsonb,
  -- When it was edited while approved; Meta allows one in 24 hours and ten in 30 days.
  add column edits timestamptz[] not null default '{}',
  -- Deleted after it had been approved: Meta refuses the name in this language until then.
  add column name_locked_until timestamptz,
  -- Deleted through Carom, which hides it. One that vanished at Meta has only `removed_at`: it is shown as DELETED.
  add column deleted_at timestamptz,
  -- The Idempotency-Key of the call that created, or last changed, it.
  add column idempotency_id uuid;

create index templates_idempotency on templates (idempotency_id) where idempotency_id is not null;

-- An account that never got through a comparison has no time of one.
alter table template_syncs
  alter column synced_at drop not null,
  -- When a process must compare it; moved ahead as the lease of the one that does.
  add column sync_due_at timestamptz not null default now(),
  -- By PostgreSQL's clock.
  add column ended_at timestamptz;
