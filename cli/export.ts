// `carom export`: messages as lines of JSON or as CSV, page by page, or everything about one person; in constant memory.

import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { type Client, type Json, openClient } from './client.ts'
import { type Command, type Given, remote, UsageError } from './command.ts'
import { say, tone } from './print.ts'

const FILTERS = ['phone_number_id', 'contact', 'direction', 'status', 'type', 'campaign_id', 'from', 'to']

export const command: Command = {
  about:
    'Writes messages, newest first, as lines of JSON (or CSV), or everything that is known of a person as one JSON\ndocument, to a file or to the output.',
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
    'carom export contact +15550101001 --out ada.json',
  ],
  async run(given) {
    const [what, contact] = given.words
    if (what !== 'messages' && what !== 'contact') throw new UsageError('Say what: "messages" or "contact".')
    if (what === 'contact' && contact === undefined) throw new UsageError('The contact is missing.')
    const client = openClient(given)
    if (contact !== undefined) return writePerson(client, contact, given.text('out'))
    const filters = new URLSearchParams({ limit: '100' })
    for (const name of FILTERS) if (given.text(name) !== undefined) filters.set(name, given.text(name) ?? '')
    const out = given.text('out')
    const count = await write(client, filters, given, openOut(out))
    if (out !== undefined) say(`${tone('Exported', 'good')}  ${count} messages  →  ${out}`)
  },
}

/** A file that exists is not written over; it is for its owner alone. */
function openOut(out: string | undefined): Writable {
  return out === undefined ? process.stdout : createWriteStream(out, { flags: 'wx', mode: 0o600 })
}

async function writePerson(client: Client, contact: string, out: string | undefined): Promise<void> {
  const body = await client.stream(`/whatsapp/contacts/${encodeURIComponent(contact)}/export`)
  await pipeline(Readable.fromWeb(body as ReadableStream), openOut(out), { end: out !== undefined })
  if (out !== undefined) say(`${tone('Exported', 'good')}  ${contact}  →  ${out}`)
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
