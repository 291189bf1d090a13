// STOP and START: what people write is looked at as it is stored, in the same transaction. Who stops is answered once; who
// says it again, or whose message Meta repeats, is not answered again.

import {
  ALL_NUMBERS,
  type Consent,
  judgeWords,
  MARKETING,
  type Person,
  recordConsents,
  type Word,
} from '../contacts/consent.ts'
import type { Transaction } from '../db/pool.ts'
import { countryOf } from '../kit/country.ts'
import { derivedId } from '../kit/ids.ts'
import { record, text } from '../messages/inbound/shapes.ts'
import { queueMessages } from '../messages/queue.ts'
import type { Received } from '../messages/room.ts'
import type { Consents } from './room.ts'
import type { ConsentSettings } from './schema.ts'
import { settingsOf } from './settings.ts'
import { answerFor, type Meaning, meaningOf } from './words.ts'

type Heard = { row: Received; meaning: Meaning; settings: ConsentSettings }

/** `rows` are messages that were just stored for the first time. */
export async function hearWords(consents: Consents, tx: Transaction, rows: Received[]): Promise<void> {
  const heard: Heard[] = []
  for (const row of rows) {
    const texts = textsOf(row)
    if (texts.length === 0) continue
    const settings = await settingsOf(consents, row.tenant_id)
    const meaning = meaningOf(texts, settings)
    if (meaning) heard.push({ row, meaning, settings })
  }
  if (heard.length === 0) return
  heard.sort((a, b) => a.row.sent_at.getTime() - b.row.sent_at.getTime())
  const { words, people } = await judgeWords(
    tx,
    heard.map(({ row }) => row),
  )
  const judged = judge(heard, words)
  await recordConsents(tx, judged.map(consentOf))
  await queueMessages(
    tx,
    judged.filter(one => one.turns).flatMap(one => answerTo(consents, one, people)),
  )
}

/** What a message says: its text, or of a button the label and the payload. */
function textsOf({ type, content }: Received): string[] {
  const body = record(content)
  const parts =
    type === 'text'
      ? [body?.body]
      : type === 'button'
        ? [body?.text, body?.payload]
        : type === 'interactive'
          ? replyOf(body)
          : []
  return parts.flatMap(part => text(part) ?? [])
}

function replyOf(body: Record<string, unknown> | undefined): unknown[] {
  const reply = typeof body?.type === 'string' ? record(body[body.type]) : undefined
  return [reply?.title, reply?.id]
}

type Judged = Heard & { at: Date; turns: boolean }

/**
 * `turns`: something changes by it. An older word than the newest changes nothing, nor does one that is said again. Meta
 * tells whole seconds: within one, the word that came later counts as the later.
 */
function judge(heard: Heard[], words: Word[]): Judged[] {
  const newest = new Map(
    words.map(({ contact_id, phone_number_id, value, at }) => [
      `${contact_id} ${phone_number_id}`,
      { value, at_ms: at.getTime() },
    ]),
  )
  return heard.map(one => {
    const { row, meaning } = one
    const key = `${row.contact_id} ${row.phone_number_id}`
    const before = newest.get(key)
    const said_ms = row.sent_at.getTime()
    const same_second = before !== undefined && before.at_ms >= said_ms && before.at_ms < said_ms + 1000
    const at_ms = same_second ? before.at_ms + 1 : said_ms
    const newer = before === undefined || at_ms > before.at_ms
    if (newer) newest.set(key, { value: meaning.value, at_ms })
    const turns = newer && (meaning.value === 'stop') !== (before?.value === 'stop')
    return { ...one, at: new Date(at_ms), turns }
  })
}

function consentOf({ row, meaning, settings, at }: Judged): Consent {
  const { tenant_id, contact_id, id } = row
  return {
    ...{ tenant_id, contact_id, category: MARKETING, value: meaning.value, source: 'message' },
    phone_number_id: settings.scope === 'all_numbers' ? ALL_NUMBERS : row.phone_number_id,
    ...{ detail: meaning.word, message_id: id, at },
  }
}

/** Later than this the window may close before the answer is sent. */
const ANSWER_WITHIN_MS = 23 * 3_600_000

function answerTo(consents: Consents, { row, meaning, settings }: Heard, people: Person[]) {
  const { tenant_id, phone_number_id, contact_id, wamid, sent_at } = row
  const person = people.find(one => one.id === contact_id)
  const recipient = person?.phone ? `+${person.phone}` : person?.user_id
  const answers = meaning.value === 'stop' ? settings.stop_answers : settings.start_answers
  const body = answerFor(meaning.languages, answers, countryOf(person?.phone ?? ''))
  const now = consents.clock.now()
  if (!recipient || body === undefined || now.getTime() - sent_at.getTime() > ANSWER_WITHIN_MS) return []
  return [
    {
      id: derivedId(now.getTime(), tenant_id, wamid, 'answer'),
      ...{ tenant_id, phone_number_id, contact_id, recipient, created_at: now },
      ...{ type: 'text', content: { body }, needs_window: true },
    },
  ]
}
