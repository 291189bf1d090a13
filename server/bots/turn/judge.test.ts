// The small judgements of a turn: hours in their own time zone, words that call for a person, messages in words, and whether
// the other side is a machine.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describe } from './describe.ts'
import { asksForPerson, fallbackText, handoverText } from './handover.ts'
import { answersAt, dayStart } from './hours.ts'
import { looksLikeMachine, repeats } from './machine.ts'
import type { ThreadRow } from './workQueries.ts'

const at = (text: string) => new Date(text)

test('hours are local, may go over midnight, and may mean when nobody is there', () => {
  const office = {
    timezone: 'Europe/Berlin',
    hours: [{ days: ['mon' as const, 'fri' as const], start: '09:00', end: '17:30' }],
  }
  // Monday, 23 November 2026: Berlin is an hour ahead of UTC.
  assert.equal(answersAt(office, at('2026-11-23T07:59:00Z')), false)
  assert.equal(answersAt(office, at('2026-11-23T08:00:00Z')), true)
  assert.equal(answersAt(office, at('2026-11-23T16:29:59Z')), true)
  assert.equal(answersAt(office, at('2026-11-23T16:30:00Z')), false)
  assert.equal(answersAt(office, at('2026-11-24T10:00:00Z')), false)
  assert.equal(answersAt({ ...office, bot_answers: 'outside' }, at('2026-11-24T10:00:00Z')), true)
  const night = {
    timezone: 'America/New_York',
    hours: [{ days: ['sat' as const], start: '22:00', end: '02:00' }],
  }
  // Sunday, 01:59 in New York, belongs to Saturday's night; Saturday, 01:00, to Friday's.
  assert.equal(answersAt(night, at('2026-11-22T06:59:00Z')), true)
  assert.equal(answersAt(night, at('2026-11-22T07:00:00Z')), false)
  assert.equal(answersAt(night, at('2026-11-21T06:00:00Z')), false)
  const day = { timezone: 'UTC', hours: [{ days: ['sun' as const], start: '00:00', end: '24:00' }] }
  assert.equal(answersAt(day, at('2026-11-22T23:59:59Z')), true)
  assert.equal(answersAt(day, at('2026-11-23T00:00:00Z')), false)
  assert.equal(answersAt(undefined, new Date()), true)
})

test('a day begins at midnight there, also where the clock was put on or back that day', () => {
  assert.equal(dayStart(undefined, at('2026-11-23T10:00:00Z')).toISOString(), '2026-11-23T00:00:00.000Z')
  assert.equal(dayStart('Asia/Kolkata', at('2026-11-23T10:00:00Z')).toISOString(), '2026-11-22T18:30:00.000Z')
  assert.equal(
    dayStart('Europe/Berlin', at('2026-03-29T12:00:00Z')).toISOString(),
    '2026-03-28T23:00:00.000Z',
  )
  assert.equal(
    dayStart('Europe/Berlin', at('2026-10-25T12:00:00Z')).toISOString(),
    '2026-10-24T22:00:00.000Z',
  )
})

test('a person is asked for in whole words, in any case and spelling', () => {
  const config = {
    engine: 'knowledge' as const,
    handover: { words: ['agent', 'real person', 'Mitarbeiter', '人工'] },
  }
  for (const text of ['AGENT!', 'I want a real   person.', 'einen Mitarbeiter bitte', '我要人工服务']) {
    assert.equal(asksForPerson(config, text), true, text)
  }
  for (const text of ['reagents', 'a really personal thing', ''])
    assert.equal(asksForPerson(config, text), false, text)
  assert.equal(asksForPerson({ engine: 'knowledge' }, 'agent'), false)
})

test('where nothing was written for it, the bot still has something to say in its language', () => {
  assert.match(fallbackText({ engine: 'knowledge', language: 'de_DE' }, false), /leider/)
  assert.match(fallbackText({ engine: 'knowledge' }, true), /Somebody from our team/)
  assert.doesNotMatch(fallbackText({ engine: 'knowledge' }, false), /team/, 'nobody is called')
  assert.match(handoverText({ engine: 'knowledge', language: 'xx' }), /One moment/)
  assert.equal(fallbackText({ engine: 'knowledge', fallback_text: 'Hm.' }, false), 'Hm.')
})

test('every kind of message in words', () => {
  const words: [string, unknown, string, boolean][] = [
    ['text', { body: 'Hi' }, 'Hi', true],
    ['image', { id: '1', caption: 'My cat' }, '[picture] My cat', true],
    ['image', { id: '1' }, '[picture]', false],
    ['audio', { id: '1', voice: true }, '[voice message]', false],
    ['button', { text: 'Yes', payload: 'y' }, 'Yes', true],
    ['interactive', { type: 'list_reply', list_reply: { id: '1', title: 'Green tea' } }, 'Green tea', true],
    ['interactive', { type: 'nfm_reply', nfm_reply: { response: { a: 1 } } }, '[form {"a":1}]', false],
    ['location', { latitude: 1, longitude: 2, name: 'Home' }, '[location 1, 2 Home]', false],
    ['document', { id: '1', filename: 'a.pdf', caption: 'See' }, '[document a.pdf] See', true],
    ['contacts', [{ name: { formatted_name: 'Ben' } }], '[contact card Ben]', false],
    ['order', { product_items: [{ quantity: 2 }], text: 'Soon' }, '[order [{"quantity":2}]] Soon', true],
    ['sticker', { id: '1' }, '[sticker]', false],
    ['unsupported', { type: 'poll' }, '[unsupported]', false],
    ['text', null, '', false],
  ]
  for (const [type, content, text, spoken] of words)
    assert.deepEqual(describe(type, content), { text, spoken }, type)
  const components = [{ type: 'body', parameters: [{ type: 'text', text: 'A17' }] }]
  assert.equal(describe('template', { name: 'shipped', components }).text, '[template shipped A17]')
})

/** An exchange of so many questions and answers, each question so long after the answer before it. */
function thread(exchanges: number, gap_ms: number, say = (n: number) => `Message ${n}`): ThreadRow[] {
  let now = Date.parse('2026-11-23T08:00:00Z')
  const row = (direction: 'inbound' | 'outbound', body: string): ThreadRow => {
    const created_at = new Date(now)
    return {
      ...{
        thread: 't',
        id: String(now),
        direction,
        type: 'text',
        content: { body },
        template: null,
        wamid: null,
      },
      ...{
        bot_id: direction === 'outbound' ? 'b' : null,
        sent_at: null,
        created_at,
        accepted_at: created_at,
      },
    }
  }
  const rows: ThreadRow[] = []
  for (let n = 0; n < exchanges; n++) {
    rows.push(row('inbound', say(n)))
    now += 500
    rows.push(row('outbound', `Answer to ${say(n)}`))
    now += gap_ms
  }
  return [...rows, row('inbound', say(exchanges))]
}

test('a machine answers at once, again and again; a person does not', () => {
  assert.equal(looksLikeMachine(thread(8, 1000)), true)
  assert.equal(looksLikeMachine(thread(7, 1000)), false)
  assert.equal(looksLikeMachine(thread(20, 4000)), false)
  const withPerson = thread(12, 1000).map((row, n) => (n === 19 ? { ...row, bot_id: null } : row))
  assert.equal(looksLikeMachine(withPerson), false)
  assert.equal(looksLikeMachine([]), false)
})

test('the same question and the same answer, over and over', () => {
  const same = thread(4, 60_000, () => 'Ping')
  const answer = (body: string) => [{ type: 'text', content: { body } }]
  assert.equal(repeats(same, answer('Answer to Ping')), true)
  assert.equal(repeats(same, answer('Something new')), false)
  assert.equal(
    repeats(
      thread(3, 60_000, () => 'Ping'),
      answer('Answer to Ping'),
    ),
    false,
  )
  assert.equal(repeats(thread(6, 60_000), answer('Answer to Message 5')), false)
})
