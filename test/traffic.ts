// Traffic of a day gone by, for tests of what is counted: messages as they were accepted, and Meta's webhooks about them with
// times of their own, signed and posted by the simulator.

import { copyInto } from '../server/db/copy.ts'
import type { Row } from '../server/db/pool.ts'
import { sql } from '../server/db/sql.ts'
import { newId } from '../server/kit/ids.ts'
import { type Journey, NUMBER } from './carom.ts'

const WABA = '700100200300400'

export type Sent = { wamid: string; to: string }

const seconds = (at: string) => String(Date.parse(at) / 1000)

/** What lies in the table after a send; columns that are left out are those of an accepted utility template. */
export async function addSent(carom: Journey, to: string, at: string | null, more: Row = {}): Promise<Sent> {
  const { messages, first_tenant_id: tenant_id } = carom.carom.rooms
  const number = await messages.db.one<Row>(
    sql`select id from phone_numbers where phone_number_id = ${NUMBER}`,
  )
  const address = { kind: 'phone' as const, value: to.slice(1) }
  const contact = await messages.contacts.resolve({ tenant_id, address })
  const id = newId()
  const row = {
    ...{ id, tenant_id, phone_number_id: number?.id, contact_id: contact.id, direction: 'outbound' },
    ...{ type: 'template', status: 'accepted', wamid: `wamid.${id}`, recipient: to, content: {} },
    ...{ template: { name: 'hello_world', language: 'en_US', category: 'UTILITY' } },
    ...{ created_at: at, accepted_at: at },
    ...more,
  }
  const columns = Object.keys(row)
  await copyInto({ into: messages.db, table: 'messages', columns, rows: [Object.values(row)] })
  return { wamid: row.wamid, to }
}

export function pricing(category: string, type = 'regular'): Row {
  return { billable: type === 'regular', pricing_model: 'PMP', type, category }
}

export function status({ wamid, to }: Sent, status: string, at: string, more: Row = {}): Row {
  return { id: wamid, status, timestamp: seconds(at), recipient_id: to.slice(1), ...more }
}

let written = 0

export function inbound(from: string, at: string, quoted?: string): Row {
  const context = quoted === undefined ? {} : { context: { from: '15550100001', id: quoted } }
  const text = { type: 'text', text: { body: 'Hello' } }
  return { from: from.slice(1), id: `wamid.in${++written}`, timestamp: seconds(at), ...text, ...context }
}

/** One webhook; the simulator delivers it a moment later. */
export async function post(carom: Journey, items: { statuses?: Row[]; messages?: Row[] }): Promise<void> {
  const metadata = { display_phone_number: '15550100001', phone_number_id: NUMBER }
  const contacts = (items.messages ?? []).map(({ from }) => ({ wa_id: from, profile: { name: 'A person' } }))
  const value = { messaging_product: 'whatsapp', metadata, ...items, ...(items.messages ? { contacts } : {}) }
  const change = { field: 'messages', value }
  const body = { object: 'whatsapp_business_account', entry: [{ id: WABA, changes: [change] }] }
  const answer = await carom.sim('POST', '/_sim/webhooks', { body })
  if (answer.status !== 202) throw new Error(`The simulator refused the webhook: ${answer.text}`)
}
