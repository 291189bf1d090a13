// The process dies after Meta's answer was stored and before the client had it. The client asks again with the same
// Idempotency-Key, and is told what became of that very message. The moment is made by putting the stored rows back.

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { eventually, FAST_NUMBER, type Journey, startJourney } from './carom.ts'

let carom: Journey
before(async () => {
  carom = await startJourney()
})
after(() => carom.close())

const query = (text: string, values: unknown[]) => carom.carom.rooms.inbox.db.pool.query(text, values)

/** The key as a dead process leaves it: running, under a lease that ran out. */
async function cutOff(key: string): Promise<void> {
  const { rowCount } = await query(
    `update idempotency_keys set state = 'running', lease_until = now() - interval '1 s', status = null, headers = null, body = null
     where key = $1`,
    [key],
  )
  assert.equal(rowCount, 1)
}

function fate(id: string, status: string, error: object | null, taken: boolean): Promise<unknown> {
  return query(
    `update messages set status = $2, error = $3, wamid = case when $4 then wamid end, due_at = null where id = $1`,
    [id, status, error, taken],
  )
}

const words = { title: 't', cause: 'c', fix_by: 'meta', next_step: 'n' }
let people = 0

/** A send that was answered 201, read, and then forgotten by its key. */
async function sendAndDie() {
  const to = `+4917${String(10_000_000 + people++)}0`
  const key = randomUUID()
  const body = { phone_number_id: FAST_NUMBER, to, template: 'hello_world', language: 'en_US' }
  const ask = () => carom.api('POST', '/whatsapp/messages/template', body, { 'idempotency-key': key })
  const { status, body: message, text } = await ask()
  assert.equal(status, 201, text)
  await eventually(async () => {
    assert.equal((await carom.api('GET', `/whatsapp/messages/${message.id}`)).body.status, 'read')
  })
  await cutOff(key)
  const atMeta = async () =>
    (await carom.sim('GET', `/_sim/messages?user=${to.slice(1)}&direction=to_user`)).body.total as number
  return { id: message.id as string, key, ask, atMeta }
}

test('it was taken: 201 with the message as it is now', async () => {
  const { id, ask, atMeta } = await sendAndDie()
  const answer = await ask()
  assert.deepEqual([answer.status, answer.body.id, answer.body.status], [201, id, 'read'], answer.text)
  assert.equal(answer.headers.get('idempotent-replayed'), 'true')
  assert.equal((await ask()).text, answer.text)
  assert.equal(await atMeta(), 1)
})

test('it was taken and failed afterwards: 201 too, and the message tells the rest', async () => {
  const { id, ask, atMeta } = await sendAndDie()
  await fate(id, 'failed', { ...words, code: 131026, retry: 'never' }, true)
  const answer = await ask()
  assert.deepEqual([answer.status, answer.body.id, answer.body.status], [201, id, 'failed'], answer.text)
  assert.equal(await atMeta(), 1)
})

test('Meta refused it for good: the refusal', async () => {
  const { id, ask, atMeta } = await sendAndDie()
  await fate(id, 'failed', { ...words, code: 131042, retry: 'never' }, false)
  const answer = await ask()
  assert.deepEqual([answer.status, answer.body.error?.code], [422, 'meta_rejected'], answer.text)
  assert.deepEqual([answer.body.error.meta.code, answer.body.error.details.message_id], [131042, id])
  assert.equal(await atMeta(), 1)
})

test('nobody knows yet: in use, until it is not confirmed', async () => {
  const { id, ask, atMeta } = await sendAndDie()
  await fate(id, 'unknown', null, false)
  const early = await ask()
  assert.deepEqual([early.status, early.body.error?.code], [409, 'idempotency_key_in_use'], early.text)
  await fate(id, 'failed', { ...words, code: 'not_confirmed', retry: 'now' }, false)
  const answer = await ask()
  assert.deepEqual([answer.status, answer.body.error?.code], [409, 'not_confirmed'], answer.text)
  assert.equal((await ask()).text, answer.text)
  assert.equal(await atMeta(), 1)
})

test('a fault that passes stood in the way: it is sent again, and that one counts from then on', async () => {
  const { id, key, ask, atMeta } = await sendAndDie()
  await fate(id, 'failed', { ...words, code: 131000, retry: 'now' }, false)
  const answer = await ask()
  assert.equal(answer.status, 201, answer.text)
  assert.notEqual(answer.body.id, id)
  await cutOff(key)
  const again = await ask()
  assert.deepEqual([again.status, again.body.id], [201, answer.body.id], again.text)
  assert.equal(await atMeta(), 2)
})
