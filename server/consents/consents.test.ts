// STOP and START, as people write them, and consent by the API: journeys against the simulator.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  type Api,
  apiOf,
  eventually,
  FAST_NUMBER,
  type Journey,
  NUMBER,
  startJourney,
} from '../../test/carom.ts'

let carom: Journey
before(async () => {
  carom = await startJourney()
  const { body } = await carom.api('GET', '/whatsapp/templates?name=weekly_offer')
  const [template] = body.data
  assert.equal(template.category, 'MARKETING')
  const values: Record<string, string> = {
    image: 'https://example.com/a.jpg',
    text: 'x',
    coupon_code: 'SAVE20',
  }
  OFFER = Object.fromEntries(
    template.variables
      .filter((one: { required: boolean }) => one.required)
      .map((one: { name: string; type: string }) => [one.name, values[one.type] ?? 'x']),
  )
})
after(() => carom.close())

let last = 15550103000
/** Somebody new. */
const somebody = () => String(++last)

const writes = (user: string, text: string, phone_number_id = NUMBER) =>
  carom.sim('POST', '/_sim/messages', { phone_number_id, user, text })

const consentOf = (user: string, api: Api = carom.api) => api('GET', `/whatsapp/contacts/%2B${user}/consent`)

/** What was answered to somebody, oldest first. */
async function answersTo(user: string): Promise<string[]> {
  const { body } = await carom.sim('GET', `/_sim/messages?user=${user}&direction=to_user`)
  return body.data.flatMap((message: { type: string; content: { body: string } }) =>
    message.type === 'text' ? [message.content.body] : [],
  )
}

async function settled(user: string, opted_out: boolean): Promise<void> {
  await eventually(async () => {
    const { body, text } = await consentOf(user)
    assert.equal(body.marketing_opt_out, opted_out, text)
  })
}

/** Everything that Meta has sent so far has been applied. */
async function heardAll(): Promise<void> {
  const user = somebody()
  await writes(user, 'the last one')
  await eventually(async () =>
    assert.equal((await carom.api('GET', `/whatsapp/messages?contact=%2B${user}`)).body.data?.length, 1),
  )
}

const offer = (to: string, more: object = {}) =>
  carom.api('POST', '/whatsapp/messages/template', {
    ...{ phone_number_id: NUMBER, to: `+${to}`, template: 'weekly_offer', language: 'en_US' },
    ...{ variables: OFFER, ...more },
  })

let OFFER: Record<string, string>

test('STOP is kept and answered once; START brings back; STOP again is answered again', async () => {
  const user = somebody()
  await writes(user, ' Stop! ')
  await settled(user, true)
  await eventually(async () => assert.equal((await answersTo(user)).length, 1))
  assert.match((await answersTo(user))[0] ?? '', /no more news and offers.*START/)

  await writes(user, 'STOP')
  await writes(user, 'unsubscribe')
  await heardAll()
  assert.equal((await answersTo(user)).length, 1, 'who has stopped is not answered again')

  await writes(user, 'start')
  await settled(user, false)
  await writes(user, 'stop')
  await settled(user, true)
  await eventually(async () => assert.equal((await answersTo(user)).length, 2))

  const { body } = await consentOf(user)
  assert.deepEqual(
    body.history.map((one: { value: string; source: string; detail: string }) => [
      one.value,
      one.source,
      one.detail,
    ]),
    [
      ['stop', 'message', 'stop'],
      ['resume', 'message', 'start'],
      ['stop', 'message', 'unsubscribe'],
      ['stop', 'message', 'STOP'],
      ['stop', 'message', 'Stop!'],
    ],
  )
  assert.equal(body.current.length, 1)
  assert.deepEqual([body.current[0].phone_number_id, body.current[0].value], [NUMBER, 'stop'])
})

test('the same webhook many times, and a replay of the inbox, change nothing', async () => {
  await carom.sim('PATCH', '/_sim/settings', { webhooks: { duplicate_rate: 1, reorder: true } })
  const user = somebody()
  await writes(user, 'STOP')
  await settled(user, true)
  await carom.sim('PATCH', '/_sim/settings', { webhooks: { duplicate_rate: 0, reorder: false } })
  const { body: sent } = await carom.sim('GET', '/_sim/webhooks?limit=20')
  for (const { body } of sent.data) {
    if (!JSON.stringify(body).includes(user)) continue
    for (let n = 0; n < 3; n++) await carom.sim('POST', '/_sim/webhooks', { body })
  }
  await carom.carom.rooms.inbox.db.pool.query('update inbox set projected_at = null')
  await heardAll()
  await eventually(async () => assert.equal((await answersTo(user)).length, 1))
  assert.equal((await consentOf(user)).body.history.length, 1)
  const { data } = (await carom.api('GET', `/whatsapp/messages?contact=%2B${user}&direction=outbound`)).body
  assert.equal(data.length, 1)
})

test('a button of a template that says so is a word too', async () => {
  const user = somebody()
  const { body: sent } = await offer(user)
  await eventually(async () => {
    const tapped = await carom.sim('POST', `/_sim/messages/${sent.wamid}/tap`, { index: 0 })
    assert.equal(tapped.status, 201, tapped.text)
  })
  await settled(user, true)
  const [word] = (await consentOf(user)).body.history
  assert.deepEqual([word.source, word.detail], ['message', 'Stop offers'])
})

const SAYS_NOTHING = ['Please stop sending the old catalogue', 'stopwatch', 'cancel', 'no']

test('only a word alone counts', async () => {
  const user = somebody()
  for (const text of SAYS_NOTHING) await writes(user, text)
  await heardAll()
  const { body } = await consentOf(user)
  assert.deepEqual([body.marketing_opt_out, body.history], [false, []])
})

test('marketing to who has stopped is refused, other templates are not', async () => {
  const user = somebody()
  assert.equal((await offer(user)).status, 201)
  await writes(user, 'STOP')
  await settled(user, true)
  const refused = await offer(user)
  assert.deepEqual(
    [refused.status, refused.body.error.code, refused.body.error.param],
    [422, 'recipient_opted_out', 'to'],
  )
  assert.equal(
    (await offer(user, { phone_number_id: FAST_NUMBER })).status,
    201,
    'another number was not told',
  )
  const hello = { phone_number_id: NUMBER, to: `+${user}`, template: 'hello_world', language: 'en_US' }
  assert.equal((await carom.api('POST', '/whatsapp/messages/template', hello)).status, 201)
  await writes(user, 'START')
  await settled(user, false)
  assert.equal((await offer(user)).status, 201)
})

test("WhatsApp's own switch, and Meta's refusal for it, are words too", async () => {
  const user = somebody()
  const tell = (value: string) =>
    carom.sim('POST', '/_sim/events', { field: 'user_preferences', phone_number_id: NUMBER, user, value })
  await writes(user, 'hello')
  await heardAll()
  assert.equal((await tell('stop')).status, 202)
  await settled(user, true)
  assert.equal((await offer(user)).body.error?.code, 'recipient_opted_out')

  const other = '15550109050'
  assert.equal((await offer(other)).status, 201)
  await settled(other, true)
  const [word] = (await consentOf(other)).body.history
  assert.deepEqual([word.value, word.source], ['stop', 'meta'])
  assert.equal((await offer(other)).body.error?.code, 'recipient_opted_out')
})

test('consent by the API: for a stranger, for one number, and the newest word counts', async () => {
  const user = somebody()
  const path = `/whatsapp/contacts/%2B${user}/consent`
  assert.equal((await consentOf(user)).status, 404)
  const put = (body: object) => carom.api('PUT', path, body)
  const stopped = await put({ value: 'stop', source: 'old_system', at: '2026-01-01T00:00:00.000Z' })
  assert.deepEqual([stopped.status, stopped.body.marketing_opt_out], [200, true], stopped.text)
  assert.equal(stopped.body.current[0].phone_number_id, null)
  assert.equal((await offer(user)).body.error?.code, 'recipient_opted_out')

  const one = await put({ value: 'resume', phone_number_id: NUMBER, detail: 'Signed up again' })
  assert.equal(one.body.marketing_opt_out, true, 'the other number still may not')
  assert.equal((await offer(user)).status, 201)
  assert.equal((await offer(user, { phone_number_id: FAST_NUMBER })).body.error?.code, 'recipient_opted_out')

  assert.equal((await put({ value: 'resume' })).body.marketing_opt_out, false)
  const older = await put({ value: 'stop', at: '2026-01-02T00:00:00.000Z' })
  assert.deepEqual([older.body.marketing_opt_out, older.body.history.length], [false, 4])
  assert.equal((await put({ value: 'stop', source: 'message' })).body.error?.param, 'source')
  assert.equal((await put({ value: 'stop', at: '2199-01-01T00:00:00.000Z' })).body.error?.param, 'at')
  assert.equal((await put({ value: 'off' })).body.error?.param, 'value')
  assert.equal((await answersTo(user)).filter(text => /START/.test(text)).length, 0, 'nobody is written to')
})

test("a tenant's own words, texts and scope", async () => {
  const put = (body: object) => carom.api('PUT', '/whatsapp/consent_settings', body)
  const changed = await put({
    stop_words: { de: ['Schluss jetzt'] },
    stop_answers: { de: 'Schade!' },
    start_answers: { en: 'Welcome back.' },
    scope: 'all_numbers',
  })
  assert.equal(changed.status, 200, changed.text)
  const user = somebody()
  await eventually(async () => {
    await writes(user, 'Schluss, jetzt!')
    await settled(user, true)
  })
  await eventually(async () => assert.deepEqual(await answersTo(user), ['Schade!']))
  assert.equal((await offer(user, { phone_number_id: FAST_NUMBER })).body.error?.code, 'recipient_opted_out')
  await writes(user, 'Start', FAST_NUMBER)
  await settled(user, false)
  await eventually(async () => assert.deepEqual(await answersTo(user), ['Schade!', 'Welcome back.']))
  await writes(user, 'stop')
  await heardAll()
  assert.equal((await consentOf(user)).body.marketing_opt_out, false, 'their words only')

  const both = await put({ start_words: { de: ['schluss jetzt'] } })
  assert.deepEqual([both.status, both.body.error.param], [422, 'start_words.de[0]'])
  const reset = await put({ stop_words: null, stop_answers: null, start_answers: null, scope: null })
  assert.deepEqual([reset.body.scope, reset.body.start_answers], ['number', {}])
  assert.ok(reset.body.stop_words.es.includes('baja'))
})

test("another tenant neither sees nor changes anybody's consent", async () => {
  const user = somebody()
  await writes(user, 'STOP')
  await settled(user, true)
  const { id } = (await consentOf(user)).body.contact
  const { body } = await carom.api('POST', '/tenants', { name: 'Others' })
  const theirs = apiOf(carom.url, body.owner_key)
  for (const who of [id, `%2B${user}`])
    assert.equal((await theirs('GET', `/whatsapp/contacts/${who}/consent`)).status, 404)
  assert.equal((await theirs('PUT', `/whatsapp/contacts/${id}/consent`, { value: 'resume' })).status, 404)
  assert.equal((await consentOf(user)).body.marketing_opt_out, true)
})
