// Every sample of Meta's webhooks goes through the real endpoint, signed as Meta signs, into a real PostgreSQL; what was
// stored is compared row by row with the tables below. Then all of them come again, in any order: nothing changes.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { markForReplay } from '../server/inbox/queries.ts'
import { type Journey, startJourney } from './carom.ts'
import { messages } from './conformance/messages.fixture.ts'
import { others } from './conformance/others.fixture.ts'
import type { Story } from './conformance/rows.fixture.ts'
import * as world from './conformance/world.fixture.ts'

const expected: Record<string, Story> = { ...messages, ...others }

let carom: Journey
before(async () => {
  carom = await startJourney({ settings: { webhooks: { paused: true } } })
})
after(() => carom.close())

test('there is an expectation for every sample', () => {
  assert.deepEqual(Object.keys(expected).sort(), Object.keys(world.samples).sort())
})

/** The item of a webhook that a message came from. */
function itemsOf(sample: world.Sample): world.Row[] {
  return sample.entry.flatMap(({ changes }) =>
    changes.flatMap(({ value }) => [
      ...[value.messages, value.message_echoes, value.calls].flat(),
      ...(value.history ?? []).flatMap((chunk: world.Row) =>
        ((chunk.threads ?? []) as { messages: world.Row[] }[]).flatMap(thread => thread.messages),
      ),
    ]),
  )
}

/** Edits and deletions are no messages of their own, and of a call the first word is kept. */
function isStoredFrom(item: world.Row | undefined): boolean {
  return item !== undefined && !['edit', 'revoke'].includes(String(item.type)) && item.event !== 'terminate'
}

async function tell(name: string, { seed, first = [], rows }: Story): Promise<void> {
  const sample = world.samples[name]
  assert.ok(sample)
  await world.startAfresh(carom)
  if (seed) await world.seedMessage(carom, seed)
  for (const earlier of first) await world.deliver(carom, world.samples[earlier] ?? assert.fail(earlier))
  await world.applied(carom)
  const start = await world.picture(carom)
  await world.deliver(carom, sample)
  await world.applied(carom)
  assert.deepEqual(world.changed(start, await world.picture(carom)), rows)
  for (const item of itemsOf(sample).filter(isStoredFrom)) {
    const { status, body } = await carom.api('GET', `/whatsapp/messages/${item.id}?include=raw`)
    assert.equal(status, 200, JSON.stringify(body))
    assert.deepEqual(body.raw, item)
  }
}

for (const [name, story] of Object.entries(expected)) test(name, () => tell(name, story))

test('an edit and a deletion that come before their message find it all the same', async () => {
  const { messages_text: text, messages_edit_coexistence: edit } = structuredClone(world.samples)
  assert.ok(text && edit)
  const wamid = text.entry[0]?.changes[0]?.value.messages[0].id
  const change = edit.entry[0]?.changes[0]?.value.messages[0]
  change.edit.original_message_id = wamid
  const revoke = {
    ...change,
    id: 'wamid.revoke',
    timestamp: '1793000030',
    type: 'revoke',
    revoke: { original_message_id: wamid },
  }
  edit.entry[0]?.changes[0]?.value.messages.push(revoke)
  await world.startAfresh(carom)
  for (const body of [edit, text, edit]) {
    await world.deliver(carom, body)
    await world.applied(carom)
  }
  const { body } = await carom.api('GET', `/whatsapp/messages/${wamid}`)
  assert.deepEqual(body.content, { body: 'Corrected text' })
  assert.deepEqual(body.edits, [
    { at: '2026-10-26T07:33:21.000Z', content: { body: 'Good morning! Is the shop open today?' } },
    { at: '2026-10-26T07:33:44.000Z', content: { body: 'Corrected text' } },
  ])
  assert.equal(body.revoked_at, '2026-10-26T07:33:50.000Z')
})

function shuffled<T>(items: T[]): T[] {
  return items
    .map(item => ({ item, by: Math.random() }))
    .sort((a, b) => a.by - b.by)
    .map(({ item }) => item)
}

/**
 * The files about accounts all bear the same second, which would leave their order open: here each has its own. A violation
 * and a restriction write the same column of an account, and there the later arrival wins: only one of them takes part.
 */
function inTime(): world.Sample[] {
  const { account_update_violation: _, ...rest } = structuredClone(world.samples)
  return Object.values(rest).map((sample, ord) => {
    for (const entry of sample.entry) if (entry.time !== undefined) entry.time += ord
    return sample
  })
}

async function send(bodies: world.Sample[], at_once: number): Promise<void> {
  for (let from = 0; from < bodies.length; from += at_once) {
    await Promise.all(bodies.slice(from, from + at_once).map(body => world.deliver(carom, body)))
  }
  await world.applied(carom)
}

test('all samples again, shuffled, twice, and all stored webhooks applied again: nothing changes', async () => {
  await world.startAfresh(carom)
  const bodies = inTime()
  await send(shuffled(bodies), 1)
  const start = await world.dump(carom)
  assert.ok((start.messages?.length ?? 0) > 30 && start.notices?.length && start.consents?.length)
  for (const at_once of [1, 40]) {
    await send(shuffled(bodies), at_once)
    assert.deepEqual(await world.dump(carom), start)
  }
  const again = await markForReplay(carom.carom.rooms.inbox.db, new Date(0), new Date(Date.now() + 60_000))
  assert.equal(again, 3 * bodies.length)
  for (const wake of carom.carom.rooms.inbox.wakers) wake()
  await world.applied(carom)
  assert.deepEqual(await world.dump(carom), start)
})

test('whichever order they first come in, they tell the same', async () => {
  const pictures = []
  for (let round = 0; round < 3; round++) {
    await world.startAfresh(carom)
    await send(shuffled(inTime()), round === 0 ? 1 : 40)
    // Of an account, a number or a template only the newest event of a kind is kept, so a late one leaves nothing.
    const { accounts, numbers, templates, ...rest } = await world.picture(carom)
    assert.ok(accounts && numbers && templates)
    pictures.push(rest)
  }
  assert.deepEqual(pictures[1], pictures[0])
  assert.deepEqual(pictures[2], pictures[0])
})
