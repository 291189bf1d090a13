// Webhooks as Meta sends them, signed: three statuses of a message that exists, then something that a person wrote.

import { createHmac } from 'node:crypto'
import type { Taken } from '../programs/fakeMeta.ts'
import { APP_SECRET, display, numberOf, PEOPLE, phone, WABA } from '../world.ts'

const STATUSES = ['sent', 'delivered', 'read'] as const

/** Requests number `from` to `from + count`. There are four to a message; then its statuses are repeated. */
export function webhooks(messages: Taken[], from: number, count: number): Buffer[] {
  return bodies(messages, from, count).map(signed)
}

/** The same without HTTP around them. */
export function bodies(messages: Taken[], from: number, count: number): string[] {
  return Array.from({ length: count }, (_, n) => {
    const [turn, step] = [Math.floor((from + n) / 4), (from + n) % 4]
    const message = messages[turn % messages.length]
    const status = STATUSES[step]
    return status && message ? statusBody(message, status) : textBody([turn % PEOPLE])
  })
}

/** The three statuses of a message, one webhook each, in the order in which Meta sends them. */
export function statusesOf(message: Taken): Buffer[] {
  return STATUSES.map(status => signed(statusBody(message, status)))
}

/** One webhook in which each of these persons writes something. */
export function textBody(people: number[]): string {
  const at = String(Math.floor(Date.now() / 1000))
  const byNumber = Map.groupBy(people, numberOf)
  const values = [...byNumber].map(([number, persons]) => ({
    ...metadata(number),
    contacts: persons.map(person => ({
      profile: { name: `Person ${person}` },
      wa_id: phone(person),
      user_id: userId(person),
    })),
    messages: persons.map(person => ({
      from: phone(person),
      from_user_id: userId(person),
      id: newWamid(),
      timestamp: at,
      type: 'text',
      text: { body: 'Good morning! Is the shop open today?' },
    })),
  }))
  return envelope(values)
}

export function signature(body: string): string {
  return `sha256=${createHmac('sha256', APP_SECRET).update(body).digest('hex')}`
}

export const WEBHOOK_PATH = '/api/v1/webhooks/whatsapp'

function signed(body: string): Buffer {
  return Buffer.from(
    `POST ${WEBHOOK_PATH} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n` +
      `x-hub-signature-256: ${signature(body)}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}

function statusBody([id, wamid, to, number]: Taken, status: string): string {
  const user_id = userId(Number(to.slice(5)))
  const value = {
    ...metadata(number),
    contacts: [{ profile: { name: `Person ${Number(to.slice(5))}` }, wa_id: to, user_id }],
    statuses: [
      {
        id: wamid,
        status,
        timestamp: String(Math.floor(Date.now() / 1000)),
        recipient_id: to,
        recipient_user_id: user_id,
        biz_opaque_callback_data: id,
        pricing: { billable: true, pricing_model: 'PMP', type: 'regular', category: 'utility' },
      },
    ],
  }
  return envelope([value])
}

function envelope(values: object[]): string {
  const changes = values.map(value => ({ value, field: 'messages' }))
  return JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: WABA, changes }] })
}

function metadata(number: string): object {
  return {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: display(number), phone_number_id: number },
  }
}

function userId(person: number): string {
  return `DE.${1_000_200_030_000_000 + person}`
}

let written = 0

function newWamid(): string {
  return `wamid.${process.pid.toString(36)}${(++written).toString(36).padStart(14, '0')}`
}
