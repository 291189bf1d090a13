// Messages as they were at an event: what came later is left out, so that who applies events one after the other arrives
// at what the API shows.

import type { Database } from '../../db/pool.ts'
import { present } from '../present.ts'
import type { Message } from '../schema.ts'
import { findClientRefs, findMany, type MessageRow } from './queries.ts'

/** `data` of a failure holds its error and how far it had come: the row may know better by now. */
export type Told = {
  tenant_id: string
  subject_id: string | null
  type: string
  at: Date
  data: object | null
}

/** In the order given; undefined where there is no such message. */
export async function presentTold(db: Database, told: Told[]): Promise<(Message | undefined)[]> {
  const rows = await findMany(
    db,
    told.flatMap(({ tenant_id, subject_id }) => (subject_id === null ? [] : [{ tenant_id, id: subject_id }])),
  )
  const byId = new Map(rows.map(row => [row.id, row]))
  return told.map(one => {
    const row = byId.get(one.subject_id ?? '')
    return row && present(asOf(row, one))
  })
}

/** Those of the messages that there are, with what their senders call them. */
export function readClientRefs(db: Database, asked: { tenant_id: string; id: string }[]) {
  return findClientRefs(db, asked)
}

type Failed = { error?: object; accepted_at?: string | null; sent_at?: string | null }

const STAGES = ['accepted', 'sent', 'delivered', 'read'] as const

export function asOf(row: MessageRow, { type, at, data }: Told): MessageRow {
  const step = type.replace('message.', '')
  const before = { ...row, ...editsUntil(row, at), revoked_at: since(row.revoked_at, at) }
  if (step === 'received') return before
  if (step === 'failed') {
    const { error, accepted_at, sent_at } = (data ?? {}) as Failed
    return {
      ...{ ...before, status: 'failed', error: error ?? row.error, failed_at: at },
      ...{ accepted_at: timeOf(accepted_at), sent_at: timeOf(sent_at), delivered_at: null, read_at: null },
    }
  }
  const reached = STAGES.indexOf(step as (typeof STAGES)[number])
  const times = STAGES.map((stage, place) => [`${stage}_at`, timeAt(place - reached, row[`${stage}_at`], at)])
  return { ...before, ...Object.fromEntries(times), status: step, error: null, failed_at: null }
}

/** Of the stage itself it is the event's own; of later ones there is none yet. */
function timeAt(ahead: number, known: Date | null, at: Date): Date | null {
  if (ahead > 0) return null
  return ahead === 0 ? at : known
}

function timeOf(text: string | null | undefined): Date | null {
  return text ? new Date(text) : null
}

function since(time: Date | null, at: Date): Date | null {
  return time !== null && time > at ? null : time
}

/** The versions that there were; the first is the message as it was written. */
function editsUntil(row: MessageRow, at: Date): Partial<MessageRow> {
  if (row.edited_at === null || row.edited_at <= at || row.edits === null) return {}
  const versions = row.edits as { at: string; content: unknown }[]
  const known = versions.filter((version, place) => place === 0 || Date.parse(version.at) <= at.getTime())
  const newest = known.at(-1)
  const edited = known.length > 1 && newest !== undefined
  return {
    content: newest?.content ?? row.content,
    edits: edited ? known : null,
    edited_at: edited ? new Date(newest.at) : null,
  }
}
