// Samples of Meta's webhooks with random parts torn out, swapped and bloated: whatever comes, the projection goes on, only
// what is broken is put aside, and what stands beside it is stored.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { type Journey, startJourney } from '../../test/carom.ts'
import { query, samples, startAfresh } from '../../test/conformance/world.fixture.ts'
import { newId } from '../kit/ids.ts'
import { silentLog } from '../kit/log.ts'
import { projectSome } from './project.ts'
import { store } from './queries.ts'

let carom: Journey
before(async () => {
  // Nothing projects but this test.
  carom = await startJourney({ settings: { webhooks: { paused: true } }, env: { CAROM_ROLE: 'api' } })
  await startAfresh(carom)
})
after(() => carom.close())

type Place = { holder: Record<string, unknown>; key: string }

/** Every part of a value, by the object that holds it. */
function placesOf(value: unknown, found: Place[] = []): Place[] {
  if (typeof value !== 'object' || value === null) return found
  for (const [key, part] of Object.entries(value)) {
    found.push({ holder: value as Place['holder'], key })
    placesOf(part, found)
  }
  return found
}

const deep = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`)

/** What Meta never sends, and JSON allows. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    '',
    0,
    -1,
    1e300,
    1.5,
    [],
    {},
    [[]],
    [null],
    'constructor',
    '__proto__',
  ),
  fc.constantFrom<unknown>(
    '\u0000',
    '\ud800 half',
    'x'.repeat(5000),
    '9'.repeat(300),
    '\u{1f44d}'.repeat(300),
    'null',
  ),
  fc.constantFrom<unknown>({ toString: 1, valueOf: 1 }, { length: 3 }, deep(30), deep(200), '1e9', '-5'),
  fc.constantFrom<unknown>('99999999999999', 99999999999999, '4102444801', '{"a":"\\u0000"}', '[['),
  fc.jsonValue(),
)

const change = fc.oneof(
  fc.record({ do: fc.constant('set' as const), at: fc.nat(), value: odd }),
  fc.record({ do: fc.constant('remove' as const), at: fc.nat(), value: fc.constant(null) }),
  fc.record({ do: fc.constant('swap' as const), at: fc.nat(), value: fc.nat() }),
  fc.record({ do: fc.constant('repeat' as const), at: fc.nat(), value: fc.constant(null) }),
)

type Change = typeof change extends fc.Arbitrary<infer T> ? T : never

function mutate(sample: object, changes: Change[]): object {
  const body = structuredClone(sample)
  for (const { do: what, at, value } of changes) {
    const places = placesOf(body)
    const { holder, key } = places[at % places.length] ?? { holder: body as Place['holder'], key: 'entry' }
    if (what === 'remove') Reflect.deleteProperty(holder, key)
    else if (what === 'repeat') holder[`${key}2`] = structuredClone(holder[key])
    else if (what === 'set')
      Object.defineProperty(holder, key, {
        value: structuredClone(value),
        enumerable: true,
        writable: true,
        configurable: true,
      })
    else {
      const other = places[Number(value) % places.length]
      if (other) holder[key] = structuredClone(other.holder[other.key])
    }
  }
  return body
}

let told = 0

/** A message that nobody has touched, in the same body. */
function sibling(): { wamid: string; entry: object } {
  told++
  const wamid = `wamid.sibling-${told}`
  const message = {
    from: `4915${told}`,
    id: wamid,
    timestamp: '1793000000',
    type: 'text',
    text: { body: 'hello' },
  }
  const metadata = { display_phone_number: '15550100002', phone_number_id: '500100200300401' }
  const value = { messaging_product: 'whatsapp', metadata, messages: [message] }
  return { wamid, entry: { id: '700100200300401', changes: [{ field: 'messages', value }] } }
}

const broken = fc.record({
  name: fc.constantFrom(...Object.keys(samples)),
  changes: fc.array(change, { minLength: 1, maxLength: 4 }),
})

test('no mutation of a sample throws out of the projection, or takes its neighbours along', async () => {
  const errors: unknown[][] = []
  const log = { ...silentLog, error: (...said: unknown[]) => void errors.push(said) } as typeof silentLog
  const inbox = { ...carom.carom.rooms.inbox, log }
  await fc.assert(
    fc.asyncProperty(fc.array(broken, { minLength: 1, maxLength: 12 }), async stories => {
      const siblings: string[] = []
      const rows = stories.map(({ name, changes }) => {
        const { wamid, entry } = sibling()
        siblings.push(wamid)
        const body = mutate(samples[name] ?? {}, changes) as { entry: unknown }
        const mutated = Array.isArray(body.entry) ? body.entry : [body.entry]
        return { id: newId(), body: Buffer.from(JSON.stringify({ ...body, entry: [entry, ...mutated] })) }
      })
      await store(inbox.db, rows)
      assert.equal((await projectSome(inbox, 200)).length, rows.length)
      const stored = await query(carom, 'select wamid from messages where wamid = any($1)', [siblings])
      assert.equal(stored.length, siblings.length)
    }),
    { numRuns: 100 },
  )
  const ours = errors.filter(([, said]) => said === 'An item of a webhook could not be applied')
  assert.deepEqual(ours, [])
  const parked = await query(carom, `select path from inbox_parked where path like 'entry[0]%'`)
  assert.deepEqual(parked, [])
  const again = await projectSome(inbox, 200)
  assert.deepEqual(again, [])
})

test('a part that is nested without end is cut off, and its neighbours are stored', async () => {
  const { inbox } = carom.carom.rooms
  const { wamid, entry } = sibling()
  const endless = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
  const body = Buffer.from(`{"entry":[${JSON.stringify(entry)},{"id":"1","changes":${endless}}]}`)
  await store(inbox.db, [{ id: newId(), body }])
  assert.equal((await projectSome(inbox, 200)).length, 1)
  const stored = await query(carom, 'select type from messages where wamid = $1', [wamid])
  assert.deepEqual(stored, [{ type: 'text' }])
})
