// Why a template that is not approved cannot be sent, and what to do: a sentence for each status of Meta's.

import type { TemplateRow } from './schema.ts'

type Told = Pick<TemplateRow, 'status' | 'rejected_reason' | 'status_info'>

const SENTENCES: Record<string, string> = {
  PENDING:
    'is in review at Meta, which takes minutes as a rule and a day at most; send it once it is approved',
  IN_APPEAL: 'was rejected and the appeal is not decided yet; wait, or use another template',
  DISABLED: 'was disabled by Meta for low quality, for good; make a new template with another text',
  PENDING_DELETION: 'is being deleted; make a new one under another name',
  DELETED: 'was deleted; make a new one under another name',
  LIMIT_EXCEEDED: 'is beyond the number of templates that this WABA may have; delete some that are not used',
  ARCHIVED: 'was archived because nobody used it for a year; unarchive it in WhatsApp Manager within 28 days',
}

/** Goes after `The template "…" (…)`. */
export function whyNotSendable(template: Told): string {
  const { status, rejected_reason } = template
  if (status === 'REJECTED') {
    const reason = rejected_reason === null ? '' : ` (${rejected_reason})`
    const advice = textIn(template, 'rejection_info', 'recommendation')
    const said = advice === undefined ? '' : ` Meta says: ${advice}`
    return `was rejected by Meta${reason}; edit it and it is reviewed again.${said}`
  }
  if (status === 'PAUSED') {
    const told = textIn(template, 'other_info', 'description')
    return `is paused by Meta for low quality; it resumes by itself (after 3 hours the first time, 6 the second).${told === undefined ? '' : ` Meta says: ${told}`}`
  }
  return `${SENTENCES[status] ?? `is ${status}, and only approved ones can be sent`}.`
}

function textIn({ status_info }: Told, part: string, field: string): string | undefined {
  const value = (status_info?.[part] as Record<string, unknown> | undefined)?.[field]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The status in a word, for programs. */
export function reasonOf(status: string): string {
  if (status === 'PENDING') return 'in_review'
  return status.toLowerCase()
}
