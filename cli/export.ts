// `carom export`: messages as lines of JSON or as CSV, page by page, in constant memory.

import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import type { Writable } from 'node:stream'
import { type Client, type Json, openClient } from './client.ts'
import { type Command, type Given, remote, UsageError } from './command.ts'
import { say, tone } from './print.ts'

const FILTERS = ['phone_number_id', 'contact', 'direction', 'status', 'type', 'campaign_id', 'from', 'to']

export const command: Command = {
  about: 'Writes messages, newest first, as lines of JSON (or CSV) to a file or to the output.',
  usage: ['messages [--out FILE] [--csv] [filters]', 'contact CONTACT [--out FILE]'],
  options: {
    ...remote,
    out: { type: 'string', value: 'FILE', about: 'Where to; default: the output.' },
    csv: { type: 'boolean', about: 'CSV instead of JSON lines.' },
    ...Object.fromEntries(
      FILTERS.map(name => [
        name,
        { type: 'string' as const, value: 'VALUE', about: `Only messages with this ${name}.` },
      ]),
    ),
  },
  examples: [
    'carom export messages --from 2026-11-01T00:00:00Z --out november.jsonl',
    'carom export messages --direction inbound --csv > inbound.csv',
    'carom export contact +15550101001 --out ada.jsonl',
  ],
  async run(given) {
    const [what, contact] = given.words
    if (what !== 'messages' && what !== 'contact') throw new UsageError('Say what: "messages" or "contact".')
    if (what === 'contact' && contact === undefined) throw new UsageError('The contact is missing.')
    const client = openClient(given)
    const filters = new URLSearchParams({ limit: '100' })
    for (const name of FILTERS) if (given.text(name) !== undefined) filters.set(name, given.text(name) ?? '')
    if (contact !== undefined) filters.set('contact', contact)
    const out = given.text('out')
    const count = await write(
      client,
      filters,
      given,
      out === undefined ? process.stdout : createWriteStream(out, { flags: 'wx', mode: 0o600 }),
    )
    if (out !== undefined) say(`${tone('Exported', 'good')}  ${count} messages  →  ${out}`)
  },
}

const COLUMNS = [
  'id',
  'wamid',
  'direction',
  'phone_number_id',
  'to',
  'from',
  'type',
  'status',
  'client_ref',
  'created_at',
  'sent_at',
  'delivered_at',
  'read_at',
  'failed_at',
]

async function write(client: Client, filters: URLSearchParams, given: Given, out: Writable): Promise<number> {
  const csv = given.flag('csv')
  let count = 0
  let cursor: string | null = null
  const put = async (line: string) => {
    if (!out.write(`${line}\n`)) await once(out, 'drain')
  }
  if (csv) await put([...COLUMNS, 'content'].join(','))
  do {
    if (cursor) filters.set('cursor', cursor)
    const page: Json = await client.get(`/whatsapp/messages?${filters}`)
    for (const message of page.data as Json[]) await put(csv ? csvLine(message) : JSON.stringify(message))
    count += page.data.length
    cursor = page.next_cursor
  } while (cursor)
  if (out !== process.stdout) await new Promise<void>(resolve => out.end(resolve))
  return count
}

function csvLine(message: Json): string {
  return [...COLUMNS.map(name => message[name]), JSON.stringify(message.content)].map(cell).join(',')
}

/** A leading =, +, - or @ would be a formula in a spreadsheet. */
function cell(value: unknown): string {
  if (value === null || value === undefined) return ''
  const text = String(value)
  const safe = /^[=+\-@\t\r]/.test(text) && !/^\+\d+$/.test(text) ? `'${text}` : text
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
