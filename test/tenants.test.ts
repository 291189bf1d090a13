// Two tenants behind one door. Every route is walked with the other tenant's ids, and with keys that lack its scope.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Route, SCOPES } from '../server/http/route.ts'
import { apiRoutes } from '../server/openDoor.ts'
import { SANDBOX_APP } from '../server/sandbox/app.ts'
import { type Answered, type Api, apiOf, eventually, type Journey, NUMBER, startJourney } from './carom.ts'

let carom: Journey
let theirs: Api
let routes: Route[]
/** Ids of the first tenant's things, by the beginning of the path that names them. */
let ids: Record<string, string>
let their_number: string
const words: string[] = []

before(async () => {
  carom = await startJourney()
  // Tables only: nothing of health is asked before a handler runs.
  routes = apiRoutes(carom.carom.rooms, {} as never) as Route[]
  const { body: tenant } = await carom.api('POST', '/tenants', { name: 'The others' })
  theirs = apiOf(carom.url, tenant.owner_key)
  await connectTheirs()
  await collectIds(tenant.id)
})
after(() => carom.close())

/** The other tenant has an account and a number of its own. */
async function connectTheirs(): Promise<void> {
  const numbers = [{ display_phone_number: '+1 555-010-0077' }]
  const { body } = await carom.sim('POST', '/_sim/wabas', { name: 'The others', numbers, templates: [] })
  const { waba_id, phone_number_ids, access_token } = body
  const connected = await theirs('POST', '/whatsapp/onboarding/manual', {
    waba_id,
    phone_number_id: phone_number_ids[0],
    access_token,
  })
  assert.equal(connected.status, 201, connected.text)
  their_number = phone_number_ids[0]
}

async function collectIds(tenant_id: string): Promise<void> {
  const hello = { phone_number_id: NUMBER, to: '+15550101001', template: 'hello_world', language: 'en_US' }
  const { body: message } = await carom.api('POST', '/whatsapp/messages/template', hello)
  await carom.sim('POST', '/_sim/messages', { phone_number_id: NUMBER, user: '15550101001', text: 'Hello' })
  const inbound = await eventually(async () => {
    const { data } = (await carom.api('GET', '/whatsapp/messages?direction=inbound')).body
    assert.equal(data.length, 1)
    return data[0]
  })
  const pdf = Buffer.from('%PDF-1.7\n%âãÏÓ\n1 0 obj\n<<>>\nendobj\n')
  const headers = { 'content-type': 'application/pdf' }
  const uploaded = await carom.api('POST', `/whatsapp/media?phone_number_id=${NUMBER}`, pdf, headers)
  assert.equal(uploaded.status, 201, uploaded.text)
  const csv = { 'content-type': 'text/csv' }
  assert.equal((await carom.api('PUT', '/whatsapp/rate-cards/ours', CARD, csv)).status, 201)
  const [account] = (await carom.api('GET', '/whatsapp/accounts')).body.data
  const [template] = (await carom.api('GET', '/whatsapp/templates')).body.data
  const { body: webhook } = await carom.api('POST', '/webhooks', { url: 'https://example.com/ours' })
  const { body: campaign } = await carom.api('POST', '/whatsapp/campaigns', newCampaign)
  const { body: key } = await carom.api('POST', '/keys', { name: 'a key', scopes: ['whatsapp:read'] })
  const { body: bot } = await carom.api('POST', '/bots', { name: 'a bot', config: { engine: 'knowledge' } })
  const [conversation] = (await carom.api('GET', '/conversations')).body.data
  const nobody = await carom.api('POST', '/whatsapp/contacts/+15550101099/erase', {})
  assert.equal(nobody.status, 202, nobody.text)
  ids = {
    '/whatsapp/contacts': message.contact.id,
    '/whatsapp/erasures': nobody.body.id,
    '/bots': bot.id,
    '/conversations': conversation.id,
    '/whatsapp/messages/:message_id/read': inbound.id,
    '/whatsapp/messages': message.id,
    '/whatsapp/media': uploaded.body.media_id,
    '/whatsapp/accounts': account.id,
    '/whatsapp/phone_numbers': account.phone_numbers[0].id,
    '/whatsapp/templates': template.id,
    '/webhooks': webhook.id,
    '/whatsapp/campaigns': campaign.id,
    '/keys': key.id,
    '/whatsapp/rate-cards': 'ours',
    '/tenants': tenant_id,
  }
  const secret = Object.entries(ids).filter(
    ([path]) => path !== '/tenants' && path !== '/whatsapp/rate-cards',
  )
  words.push(...secret.map(([, id]) => id), message.wamid, inbound.contact.id, NUMBER, account.waba_id)
}

const newCampaign = {
  ...{ name: 'x', template: 'hello_world', language: 'en_US', phone_number_id: NUMBER },
  recipients: [{ to: '+15550101001' }],
}
const CARD = 'market,category,price,currency,effective_from\nGermany,marketing,0.12,USD,2026-12-01\n'

const toAda = { phone_number_id: NUMBER, to: '+15550101001' }

/** A good body for each call that needs one; all of the first tenant's things. */
const bodies: Record<string, () => object> = {
  'POST /whatsapp/messages': () => ({ phone_number_id: NUMBER, to: '+15550101001', text: 'x' }),
  'POST /whatsapp/messages/template': () => ({
    phone_number_id: ids['/whatsapp/phone_numbers'],
    to: '+15550101001',
    template: 'hello_world',
    language: 'en_US',
  }),
  'POST /whatsapp/messages/media': () => ({ ...toAda, type: 'image', link: 'https://example.com/a.jpg' }),
  'POST /whatsapp/messages/interactive': () => ({
    ...toAda,
    interactive: {
      type: 'location_request_message',
      body: { text: 'x' },
      action: { name: 'send_location' },
    },
  }),
  'POST /whatsapp/messages/location': () => ({ ...toAda, location: { latitude: 1, longitude: 2 } }),
  'POST /whatsapp/messages/contacts': () => ({ ...toAda, contacts: [{ name: { formatted_name: 'x' } }] }),
  'POST /whatsapp/messages/reaction': () => ({ ...toAda, message_id: 'wamid.x', emoji: '👍' }),
  'POST /whatsapp/media': () => Buffer.from('%PDF-1.7\n'),
  'PATCH /whatsapp/accounts/:id': () => ({ media_mirror: 'off' }),
  'POST /whatsapp/onboarding/exchange': () => ({ code: 'x', phone_number_id: NUMBER }),
  'POST /whatsapp/onboarding/manual': () => ({
    waba_id: SANDBOX_APP.waba_id,
    phone_number_id: NUMBER,
    access_token: SANDBOX_APP.access_token,
  }),
  'POST /whatsapp/phone_numbers/:phone_id/link-bot': () => ({ bot_id: null }),
  'POST /whatsapp/phone_numbers/:phone_id/autoreply': () => ({ enabled: false }),
  'POST /whatsapp/templates/sync': () => ({ waba_id: SANDBOX_APP.waba_id }),
  'POST /whatsapp/templates': () => ({
    waba_id: SANDBOX_APP.waba_id,
    ...{ name: 'theirs', category: 'UTILITY', language: 'en_US' },
    components: [{ type: 'BODY', text: 'Your order is on its way.' }],
  }),
  'PATCH /whatsapp/templates/:uuid': () => ({
    components: [{ type: 'BODY', text: 'Your order is on its way.' }],
  }),
  'POST /whatsapp/templates/:uuid/preview': () => ({}),
  'POST /webhooks': () => ({ url: 'https://example.com/theirs' }),
  'PUT /webhooks/:id': () => ({ is_active: true }),
  'PATCH /webhooks/:id': () => ({ is_active: true }),
  'POST /webhooks/:id/rotate-secret': () => ({}),
  'POST /webhooks/:id/redeliver': () => ({ status: 'failed' }),
  'POST /bots': () => ({ name: 'x', config: { engine: 'knowledge' } }),
  'PUT /bots/:id': () => ({ name: 'x' }),
  'POST /bots/:id/knowledge': () => ({ title: 'x', content: 'x' }),
  'POST /bots/:id/knowledge/search': () => ({ query: 'x' }),
  'POST /bots/:id/simulate': () => ({ messages: ['x'] }),
  'POST /bots/:id/replay': () => ({ conversation_ids: [ids['/conversations']] }),
  'POST /conversations/:id/autoreply': () => ({ enabled: false }),
  'PUT /conversations/:id/status': () => ({ status: 'completed' }),
  'POST /conversations/:id/notes': () => ({ text: 'x' }),
  'POST /whatsapp/campaigns': () => newCampaign,
  'PATCH /whatsapp/campaigns/:id': () => ({ name: 'x' }),
  'POST /whatsapp/campaigns/:id/recipients': () => ({ recipients: [{ to: '+15550101002' }] }),
  'POST /whatsapp/campaigns/:id/test': () => ({ to: '+15550101001' }),
  'PUT /whatsapp/contacts/:contact/consent': () => ({ value: 'stop' }),
  'PUT /whatsapp/consent_settings': () => ({ scope: 'number' }),
  'POST /whatsapp/analytics/costs/estimate': () => ({
    phone_number_id: ids['/whatsapp/phone_numbers'],
    category: 'marketing',
    counts_by_country: { DE: 1 },
  }),
  'PUT /whatsapp/rate-cards/:id': () => Buffer.from(CARD),
  'POST /whatsapp/contacts/:contact/erase': () => ({}),
  'POST /keys': () => ({ name: 'x', scopes: ['whatsapp:read'] }),
  'PATCH /keys/:id': () => ({ name: 'x' }),
  'PATCH /retention': () => ({ message_days: 400 }),
  'POST /tenants': () => ({ name: 'x' }),
}

const nameOf = (route: Route) => `${route.method} ${route.path}`
/** Those in Meta's words have walls of their own: metaEndpoint.test.ts. */
const ours = () => routes.filter(route => route.scope !== 'public' && !route.path.startsWith('/meta/'))

function pathOf(route: Route): string {
  const found = Object.keys(ids)
    .filter(beginning => route.path.startsWith(beginning))
    .sort((a, b) => b.length - a.length)[0]
  const path = route.path.replace(/:\w+/g, () => {
    assert.ok(found, `this test knows no id for ${nameOf(route)}`)
    return ids[found] as string
  })
  if (route.path === '/whatsapp/windows') return `${path}?phone_number_id=${NUMBER}&contact=%2B15550101001`
  return nameOf(route) === 'POST /whatsapp/media' ? `${path}?phone_number_id=${NUMBER}` : path
}

function call(api: Api, route: Route): Promise<Answered> {
  const body = bodies[nameOf(route)]?.()
  const headers = route.path === '/whatsapp/rate-cards/:id' ? { 'content-type': 'text/csv' } : {}
  return api(route.method, pathOf(route), body, headers)
}

test("every route refuses, or hides, what is another tenant's", async () => {
  assert.ok(ours().length > 20)
  for (const route of ours()) {
    const answer = await call(theirs, route)
    // An error may repeat what was asked for; an answer holds nothing of theirs.
    if (answer.status < 300) {
      for (const word of words) assert.ok(!answer.text.includes(word), `${nameOf(route)}: ${answer.text}`)
    }
    expectWalled(route, answer)
  }
})

const OWN = [
  'POST /webhooks',
  'POST /bots',
  'GET /audit',
  'GET /doctor',
  'GET /retention',
  'PATCH /retention',
  'GET /events',
  'GET /events/stream',
  'POST /doctor/fix',
  'POST /keys',
  'GET /keys',
  'GET /whatsapp/onboarding/config',
  'GET /whatsapp/accounts',
  'GET /whatsapp/phone_numbers',
  'GET /whatsapp/consent_settings',
  'PUT /whatsapp/consent_settings',
  ...['funnel', 'timeseries', 'costs', 'campaigns', 'templates', 'failures', 'responses'].map(
    name => `GET /whatsapp/analytics/${name}`,
  ),
  'GET /whatsapp/rate-cards',
  // Of the same name, and their own.
  'PUT /whatsapp/rate-cards/:id',
  'DELETE /whatsapp/rate-cards/:id',
]

function expectWalled(route: Route, answer: Answered): void {
  const name = nameOf(route)
  if (route.scope === 'first_owner') assert.equal(answer.status, 403, `${name}: ${answer.text}`)
  else if (name === 'POST /whatsapp/onboarding/exchange') assert.equal(answer.status, 422, answer.text)
  else if (name === 'POST /whatsapp/onboarding/manual') {
    assert.deepEqual([answer.status, answer.body.error.code], [409, 'already_connected'])
  } else if (OWN.includes(name)) assert.ok(answer.status < 300, `${name}: ${answer.text}`)
  else if (route.method === 'GET' && answer.status === 200) assert.deepEqual(answer.body.data, [], name)
  else
    assert.deepEqual([answer.status, answer.body.error?.code], [404, 'not_found'], `${name}: ${answer.text}`)
}

test('nothing of it changed: the first tenant sees all as before', async () => {
  for (const [beginning, id] of Object.entries(ids)) {
    if (beginning.includes(':') || ['/tenants', '/whatsapp/contacts'].includes(beginning)) continue
    const answer = await carom.api('GET', `${beginning}/${id}`)
    assert.equal(answer.status, 200, `${beginning}: ${answer.text}`)
  }
  const [account] = (await carom.api('GET', '/whatsapp/accounts')).body.data
  assert.deepEqual([account.status, account.phone_numbers.length], ['connected', 2])
})

test("a tenant's own number cannot be used to reach into another's things", async () => {
  const message = ids['/whatsapp/messages']
  const send = (more: object) =>
    theirs('POST', '/whatsapp/messages', {
      ...{ phone_number_id: their_number, to: '+15550101002', text: 'x', ignore_window: true },
      ...more,
    })
  const quoting = await send({ reply_to: message })
  assert.deepEqual([quoting.status, quoting.body.error?.param], [422, 'reply_to'])
  const hello = {
    phone_number_id: their_number,
    to: '+15550101002',
    template: 'hello_world',
    language: 'en_US',
  }
  const template = await theirs('POST', '/whatsapp/messages/template', hello)
  assert.deepEqual([template.status, template.body.error?.code], [422, 'template_not_found'], template.text)

  // Ada is known to both, and a stranger to each of them.
  const sent = await send({ to: '+15550101001' })
  assert.equal(sent.status, 201, sent.text)
  assert.ok(!words.includes(sent.body.contact.id))
  assert.equal(sent.body.contact.name, null, 'what she told the first tenant is not passed on')
  const window = `/whatsapp/windows?phone_number_id=${their_number}&contact=`
  assert.equal((await theirs('GET', `${window}%2B15550101001`)).body.open, false)
  for (const query of [`phone_number_id=${NUMBER}`, `contact=${words.at(-3)}`, `type=template`]) {
    const { status, body } = await theirs('GET', `/whatsapp/messages?${query}`)
    assert.deepEqual([status, body.data], [200, []], query)
  }
})

test('every route asks for its scope: with all others 403, with that one alone not', async () => {
  for (const route of ours()) {
    const { scope } = route
    const wanted: readonly string[] = typeof scope === 'string' ? [scope] : (scope ?? [])
    const rest = SCOPES.filter(one => !wanted.includes(one))
    const without = await call(await keyed(rest), route)
    if (wanted.length === 0) {
      assert.notEqual(without.status, 403, nameOf(route))
      continue
    }
    assert.deepEqual([without.status, without.body.error?.code], [403, 'missing_scope'], nameOf(route))
    assert.deepEqual(without.body.error.details.required, [...wanted])
    if (wanted.some(one => one.endsWith('owner'))) continue
    const alone = await call(await keyed([wanted[0] as string]), { ...route, path: unknown(route.path) })
    assert.ok(
      alone.body?.error?.code !== 'missing_scope' || /key/.test(route.path),
      `${nameOf(route)}: ${alone.text}`,
    )
  }
})

/** Nobody's id, so that nothing is deleted by the way. */
const unknown = (path: string) => path.replace(/:\w+/g, '01a207ce-596c-704e-b3ea-a32663bf14b1')

const known = new Map<string, Api>()

async function keyed(scopes: readonly string[]): Promise<Api> {
  const name = scopes.join()
  const made = known.get(name)
  if (made) return made
  const { body } = await carom.api('POST', '/keys', { name: 'scoped', scopes })
  const api = apiOf(carom.url, body.key)
  known.set(name, api)
  return api
}

test('a cm_test_ key reaches sandbox numbers, and no others', async () => {
  const sandbox = await carom.api('POST', '/keys', { name: 'test', scopes: ['*'], sandbox: true })
  assert.match(sandbox.body.key, /^cm_test_/)
  const hello = { phone_number_id: NUMBER, to: '+15550101001', template: 'hello_world', language: 'en_US' }
  const here = await apiOf(carom.url, sandbox.body.key)('POST', '/whatsapp/messages/template', hello)
  assert.equal(here.status, 201, here.text)

  const { app_id, app_secret, verify_token, waba_id, access_token } = SANDBOX_APP
  const live = await startJourney({
    env: { META_APP_ID: app_id, META_APP_SECRET: app_secret, META_WEBHOOK_VERIFY_TOKEN: verify_token },
  })
  try {
    const account = { waba_id, phone_number_id: NUMBER, access_token }
    const connected = await live.api('POST', '/whatsapp/onboarding/manual', account)
    assert.deepEqual([connected.status, connected.body.sandbox], [201, false], connected.text)
    const { body } = await live.api('POST', '/keys', { name: 'test', scopes: ['*'], sandbox: true })
    const refused = await apiOf(live.url, body.key)('POST', '/whatsapp/messages/template', hello)
    assert.deepEqual([refused.status, refused.body.error?.code], [403, 'sandbox_key'], refused.text)
    assert.equal((await live.sim('GET', '/_sim/messages')).body.total, 0)
    assert.equal((await live.api('POST', '/whatsapp/messages/template', hello)).status, 201)
  } finally {
    await live.close()
  }
})
