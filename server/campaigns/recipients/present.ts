// A recipient as the world sees it, and its status in words.

import type { RecipientView } from './listQueries.ts'
import type { CampaignRecipient } from './schema.ts'

export function presentRecipient(row: RecipientView): CampaignRecipient {
  const failed = row.status === 'failed'
  return {
    ...{ number: row.ord, to: addressOf(row), country: row.country, variables: row.variables },
    ...{ components: row.components, status: row.status, outcome: outcomeOf(row) },
    error: failed ? (row.error as CampaignRecipient['error']) : null,
    ...{ reason: row.reason, message_id: row.message_id, wamid: row.wamid, attempts: row.attempts },
    due_at: iso(row.due_at),
    sent_at: iso(row.accepted_at),
    delivered_at: iso(row.delivered_at),
    read_at: iso(row.read_at),
    replied_at: iso(row.replied_at),
    failed_at: failed ? iso(row.failed_at) : null,
  }
}

export function addressOf({ alias_kind, alias }: Pick<RecipientView, 'alias_kind' | 'alias'>): string {
  return alias_kind === 'phone' ? `+${alias}` : alias
}

/** One to three sentences: what happened, why, and what to do. */
export function outcomeOf(row: RecipientView): string {
  const answered = row.replied_at === null ? '' : ' It was answered.'
  switch (row.status) {
    case 'sent':
      return `Meta took it; it was not delivered yet.${answered}`
    case 'delivered':
      return `Delivered.${answered}`
    case 'read':
      return `Delivered and read.${answered}`
    case 'failed':
      return failureOf(row)
    case 'skipped':
      return row.reason?.message ?? 'Left out.'
    case 'unknown':
      return "Meta's answer was lost; Carom is finding out whether it was sent."
    case 'pending':
      return pendingOf(row)
  }
}

function failureOf({ error, reason }: RecipientView): string {
  if (error === null) return reason?.message ?? 'Failed.'
  const { title, cause, next_step } = error as Record<string, string | undefined>
  return [title && `${title}.`, cause, next_step].filter(Boolean).join(' ')
}

function pendingOf({ due_at, attempts, reason }: RecipientView): string {
  const why = reason === null ? '' : ` ${reason.message}`
  if (due_at !== null) return `Waits until ${due_at.toISOString()}.${why}`
  return attempts > 0 ? `Waits to be tried again.${why}` : 'Waits for its turn.'
}

function iso(date: Date | null): string | null {
  return date?.toISOString() ?? null
}
