// A person is exported, and then forgotten: afterwards nothing in the whole database knows them, except that they wanted no
// marketing. Everybody else, and everything that is counted, stays.

import assert from 'node:assert/strict'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Receiver, startReceiver } from '../server/events/receiver.fixture.ts'
import { newId } from '../server/kit/ids.ts'
import { createBot, switchOn, turnsEnd, write } from './bots.ts'
import { ADA, apiOf, eventually, type Journey, NUMBER, startJourney } from './carom.ts'
import { placesOf } from './placesOf.ts'

const USER = ADA.replace('+', '')
const BOB = '+15550101777'

let carom: Journey
let receiver: Receiver
let contact: { id: string; phone: string; user_id: string; name: string }
let copy: string
/** What must be nowhere afterwards. */
const words: string[] = []
before(async () => {
  receiver = await startReceiver()
  carom = await startJourney({ env: { CAROM_ALLOW_PRIVATE_WEBHOOKS: 'true' } })
})
after(async () => {
  await carom.close()
  await receiver.close()
})

const pool = () => carom.carom.rooms.people.db.pool
const rowsOf = async (text: string, values: unknown[] = []) => (await pool().query(text, values)).rows

async function arrived(id: string) {
  return eventually(async () => {
    const found = await carom.api('GET', `/whatsapp/messages/${encodeURIComponent(id)}`)
    assert.equal(found.status, 200)
    return found.body
  })
}

async function inList(alias: string): Promise<string> {
  const [number] = await rowsOf('select tenant_id, id from phone_numbers order by id limit 1')
  const id = newId()
  await pool().query(
    `insert into campaigns (id, tenant_id, phone_number_id, name, template, language, status, created_at, updated_at)
     values ($1, $2, $3, 'Spring', 'hello_world', 'en_US', 'draft', now(), now())`,
    [id, number.tenant_id, number.id],
  )
  await pool().query(
    `insert into campaign_recipients (campaign_id, ord, tenant_id, alias_kind, alias, variables)
     values ($1, 1, $2, 'phone', $3, '{"first_name": "Adelheid-7"}'), ($1, 2, $2, 'phone', '15550101777', '{}')`,
    [id, number.tenant_id, alias],
  )
  return id
}

test('a person leaves traces everywhere', async () => {
  for (const format of ['standard', 'meta']) {
    const made = await carom.api('POST', '/webhooks', { url: `${receiver.url}/${format}`, format })
    assert.equal(made.status, 201, made.text)
  }
  const [account] = (await carom.api('GET', '/whatsapp/accounts')).body.data
  await carom.api('PATCH', `/whatsapp/accounts/${account.id}`, { media_mirror: 'on' })
  const named = await carom.sim('PUT', `/_sim/users/${USER}`, { name: 'Adelgunde', username: 'adel.66' })
  assert.equal(named.status, 200, named.text)
  const bot = await createBot(carom, { engine: 'knowledge', debounce_ms: 50 })
  await carom.api('POST', `/bots/${bot.id}/knowledge`, { title: 'Tea', content: 'The tea is green and hot.' })
  await switchOn(carom, bot.id)
  const question = await write(carom, USER, { text: 'Is the tea green? Signed, Zebulon-11' })
  const message = await arrived(question)
  await turnsEnd(carom, bot.id, 1)
  const photo = await arrived(await write(carom, USER, { type: 'image', image: { caption: 'My face-22' } }))
  copy = await eventually(async () => {
    const [media] = await rowsOf('select mirror_key from media where media_id = $1', [photo.content.id])
    assert.ok(media?.mirror_key)
    return join(carom.data_dir, media.mirror_key)
  })
  const key = { 'idempotency-key': 'to-ada' }
  const text = { phone_number_id: NUMBER, to: ADA, text: 'Dear secret-33', client_ref: 'ref-44' }
  const sent = await carom.api('POST', '/whatsapp/messages', text, key)
  assert.equal(sent.status, 201, sent.text)
  const [thread] = (await carom.api('GET', '/conversations')).body.data
  const note = { text: 'She owes us note-55' }
  await carom.api('POST', `/conversations/${thread.id}/notes`, note, { 'idempotency-key': 'note' })
  await inList(USER)
  await carom.sim('POST', '/_sim/events', {
    ...{ field: 'user_preferences', phone_number_id: NUMBER, user: USER, value: 'stop' },
  })
  await arrived(await write(carom, BOB, { text: 'I am Bob, and stay' }))
  contact = message.contact
  assert.ok(contact.user_id && contact.name)
  words.push(USER, contact.user_id, contact.name, message.wamid, photo.wamid, sent.body.wamid)
  words.push('Zebulon-11', 'face-22', 'secret-33', 'ref-44', 'note-55', 'Adelheid-7', 'adel.66')
  await eventually(async () => assert.equal((await rowsOf('select from consents')).length, 1))
  await pool().query(
    `insert into inbox_parked (id, inbox_id, path, reason, item)
     select gen_random_uuid(), inbox_id, inbox_path, 'planted', jsonb_build_object('from', $1::text)
     from messages where id = $2`,
    [USER, message.id],
  )
  await eventually(async () => {
    // What Meta tells later is news of a stranger.
    const { data } = (await carom.api('GET', '/whatsapp/messages?direction=outbound')).body
    assert.deepEqual([...new Set(data.map((one: { status: string }) => one.status))], ['read'])
  })
  await eventually(async () => {
    assert.deepEqual(await rowsOf("select from deliveries where state = 'waiting'"), [])
    assert.ok(receiver.got.some(one => one.path === '/meta' && one.text.includes(message.wamid)))
  })
  assert.ok((await placesOf(pool(), words)).length >= 10, JSON.stringify(await placesOf(pool(), words)))
})

test('all of it is exported as one document', async () => {
  for (const name of [contact.id, encodeURIComponent(ADA), contact.user_id]) {
    const got = await carom.api('GET', `/whatsapp/contacts/${name}/export`)
    assert.equal(got.status, 200)
    for (const word of words) assert.ok(got.text.includes(word), word)
    assert.ok(!got.text.includes('I am Bob'))
    assert.equal(got.body.contact.marketing_opt_out, true)
    assert.ok(got.body.messages.length >= 4)
  }
  assert.equal((await carom.api('GET', `/whatsapp/contacts/${newId()}/export`)).status, 404)
  assert.equal((await carom.api('GET', '/whatsapp/contacts/nobody/export')).status, 422)
})

test('forgotten, nothing in any table knows the person any more', async () => {
  const events = (await rowsOf('select count(*) as n from events'))[0].n
  const asked = await carom.api('POST', `/whatsapp/contacts/${encodeURIComponent(ADA)}/erase`, {})
  assert.equal(asked.status, 202, asked.text)
  const again = await carom.api('POST', `/whatsapp/contacts/${contact.id}/erase`, {})
  assert.equal(again.body.id, asked.body.id, 'one at a time')
  const done = await ends(asked.body.id)
  for (const name of ['messages', 'conversations', 'bot_turns', 'events', 'raw_webhooks', 'deliveries'])
    assert.ok(done.counts[name] > 0, `${name}: ${JSON.stringify(done.counts)}`)
  assert.deepEqual(await placesOf(pool(), words), [])
  await assert.rejects(access(copy), 'the copy in the mirror is gone')
  assert.equal((await carom.api('GET', `/whatsapp/contacts/${contact.id}/export`)).status, 404)
  assert.equal((await rowsOf('select count(*) as n from events'))[0].n, events, 'that it happened stays')
  const [bob] = (await carom.api('GET', '/whatsapp/messages?direction=inbound')).body.data
  assert.equal(bob.content.body, 'I am Bob, and stay')
  const recipients = await rowsOf('select alias, state, reason from campaign_recipients order by ord')
  assert.deepEqual(
    recipients.map(row => [row.alias, row.state, row.reason?.code]),
    [
      ['erased 1', 'skipped', 'erased'],
      ['15550101777', 'waiting', undefined],
    ],
  )
})

test('the key of a send still holds: nothing is sent twice', async () => {
  const text = { phone_number_id: NUMBER, to: ADA, text: 'Dear secret-33', client_ref: 'ref-44' }
  const replay = await carom.api('POST', '/whatsapp/messages', text, { 'idempotency-key': 'to-ada' })
  assert.deepEqual([replay.status, replay.body.error.code], [404, 'not_found'], replay.text)
})

test('the log of changes names nobody', async () => {
  const { text } = await carom.api('GET', '/audit?action=erase')
  assert.ok(text.includes('POST /whatsapp/contacts/:contact/erase') && !text.includes(USER))
})

test('that they wanted no marketing holds again when somebody writes to them', async () => {
  const hello = { phone_number_id: NUMBER, to: ADA, template: 'hello_world', language: 'en_US' }
  const sent = await carom.api('POST', '/whatsapp/messages/template', hello)
  assert.equal(sent.status, 201, sent.text)
  assert.notEqual(sent.body.contact.id, contact.id)
  const consents = await rowsOf('select contact_id, category, value from consents')
  assert.deepEqual(consents, [
    { contact_id: sent.body.contact.id, category: 'marketing_messages', value: 'stop' },
  ])
  const [known] = await rowsOf('select marketing_opt_out from contacts where id = $1', [sent.body.contact.id])
  assert.equal(known.marketing_opt_out, true)
  assert.deepEqual(await rowsOf('select from suppressions where alias_hash is null'), [])
})

test("another tenant's knowledge of the same person is its own", async () => {
  const { body: tenant } = await carom.api('POST', '/tenants', { name: 'The others' })
  const theirs = apiOf(carom.url, tenant.owner_key)
  const numbers = [{ display_phone_number: '+1 555-010-0077' }]
  const { body } = await carom.sim('POST', '/_sim/wabas', { name: 'The others', numbers, templates: [] })
  const [number] = body.phone_number_ids
  const account = { waba_id: body.waba_id, phone_number_id: number, access_token: body.access_token }
  assert.equal((await theirs('POST', '/whatsapp/onboarding/manual', account)).status, 201)
  const id = await write(carom, BOB, { text: 'To the others' }, number)
  const message = await eventually(async () => {
    const found = await theirs('GET', `/whatsapp/messages/${encodeURIComponent(id)}`)
    assert.equal(found.status, 200)
    return found.body
  })
  assert.equal((await carom.api('POST', `/whatsapp/contacts/${message.contact.id}/erase`, {})).status, 404)
  const asked = await carom.api('POST', `/whatsapp/contacts/${encodeURIComponent(BOB)}/erase`, {})
  await ends(asked.body.id)
  assert.equal((await theirs('GET', `/whatsapp/messages/${message.id}`)).body.content.body, 'To the others')
  const raw = await rowsOf(
    "select from inbox where position(convert_to('To the others', 'UTF8') in body) > 0",
  )
  assert.equal(raw.length, 1)
  const ours = await rowsOf("select from inbox where position(convert_to('I am Bob', 'UTF8') in body) > 0")
  assert.deepEqual(ours, [])
})

async function ends(id: string) {
  return eventually(
    async () => {
      const { body } = await carom.api('GET', `/whatsapp/erasures/${id}`)
      assert.equal(body.state, 'done', JSON.stringify(body))
      return body
    },
    { timeout_ms: 60_000, every_ms: 100 },
  )
}
