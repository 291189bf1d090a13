// The Meta-compatible endpoint beyond what published clients reach: errors in Meta's envelope, one send for one
// Idempotency-Key, walls between tenants, and what is passed on or refused.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { SANDBOX_APP } from '../server/sandbox/app.ts'
import { type Answered, type Api, apiOf, eventually, type Journey, NUMBER, startJourney } from './carom.ts'

const WABA = SANDBOX_APP.waba_id
const BEN = '+15550101002'

let carom: Journey
let meta: Api
before(async () => {
  carom = await startJourney()
  meta = graphOf(carom.owner_key)
})
after(() => carom.close())

/** Calls below /meta/v26.0. */
function graphOf(key: string | undefined): Api {
  const api = apiOf(carom.url, key)
  return (method, path, body, headers) => api(method, `//meta/v26.0${path}`, body, headers)
}

const text = (to: string, body = 'Hello', more: object = {}) => ({
  ...{ messaging_product: 'whatsapp', to, type: 'text', text: { body } },
  ...more,
})

const template = (to: string, name = 'order_shipped') => ({
  ...{ messaging_product: 'whatsapp', to, type: 'template' },
  template: { name, language: { code: 'en_US' } },
})

async function writes(person: string): Promise<void> {
  const written = await carom.sim('POST', '/_sim/messages', {
    ...{ phone_number_id: NUMBER, user: person.slice(1), text: 'Hello' },
  })
  await eventually(async () => {
    const found = await carom.api('GET', `/whatsapp/messages/${encodeURIComponent(written.body.id)}`)
    assert.equal(found.status, 200)
  })
}

function refused(answer: Answered, status: number, code: number): string {
  assert.deepEqual([answer.status, answer.body.error?.code], [status, code], answer.text)
  const { message, type, error_data, fbtrace_id } = answer.body.error
  assert.ok(message.startsWith(`(#${code}) `), message)
  assert.match(type, /Exception$/)
  assert.ok(fbtrace_id)
  return error_data.details
}

test("every refusal comes in Meta's envelope, with Meta's code", async () => {
  const send = (body: unknown) => meta('POST', `/${NUMBER}/messages`, body)
  assert.match(refused(await send(text(BEN)), 400, 131047), /24-hour window/)
  assert.match(refused(await send(template(BEN, 'nowhere')), 404, 132001), /nowhere/)
  refused(await send(template(BEN)), 400, 132000)
  const several = refused(await send({ ...text('x', ''), recipient_type: 'group' }), 400, 131009)
  assert.match(several, /recipient_type.*text\.body|text\.body.*recipient_type/)
  assert.match(refused(await send(text('12')), 400, 131009), /phone number/)
  assert.match(refused(await send({ to: BEN }), 400, 131009), /messaging_product/)
  refused(await send('{"to": '), 400, 100)
  refused(await send(text(BEN, 'x', { recipient_identity_key_hash: 'abc' })), 400, 131009)
  refused(await graphOf(undefined)('POST', `/${NUMBER}/messages`, text(BEN)), 401, 190)
  refused(await graphOf('cm_live_nobody')('POST', `/${NUMBER}/messages`, text(BEN)), 401, 190)
  const reader = await carom.api('POST', '/keys', { name: 'reader', scopes: ['whatsapp:read'] })
  refused(await graphOf(reader.body.key)('POST', `/${NUMBER}/messages`, text(BEN)), 403, 10)
})

test('the key may stand in the query, as Graph takes its tokens', async () => {
  const path = `//meta/v26.0/${WABA}?fields=id,name&access_token=${carom.owner_key}`
  const found = await apiOf(carom.url, undefined)('GET', path)
  assert.deepEqual([found.status, found.body.id], [200, WABA], found.text)
  assert.ok(!found.text.includes(SANDBOX_APP.access_token))
})

test('one Idempotency-Key is one send, and what was sent is a message like any other', async () => {
  await writes(BEN)
  const body = text(BEN, 'Once', { biz_opaque_callback_data: 'order-4711' })
  const headers = { 'idempotency-key': 'meta-1' }
  const answers = await Promise.all([1, 2, 3].map(() => meta('POST', `/${NUMBER}/messages`, body, headers)))
  const sent = answers.filter(answer => answer.status === 200)
  const wamids = new Set(sent.map(answer => answer.body.messages[0].id))
  assert.equal(wamids.size, 1)
  for (const answer of answers) if (answer.status !== 200) refused(answer, 409, 2)
  const [wamid] = wamids
  const stored = await carom.api('GET', `/whatsapp/messages/${encodeURIComponent(String(wamid))}`)
  assert.deepEqual([stored.body.client_ref, stored.body.content], ['order-4711', { body: 'Once' }])
  const there = await carom.sim('GET', `/_sim/messages?user=${BEN.slice(1)}&direction=to_user`)
  const once = there.body.data.filter((one: { content: { body?: string } }) => one.content.body === 'Once')
  assert.equal(once.length, 1)
})

test("what Meta answers is passed on, and what would cut Carom's own webhooks is refused", async () => {
  const numbers = await meta('GET', `/${WABA}/phone_numbers?fields=id,display_phone_number`)
  assert.equal(numbers.body.data.length, 2)
  const unknown = await meta('GET', `/${NUMBER}/no_such_edge`)
  assert.equal(unknown.body.error.type, 'OAuthException', unknown.text)
  const details = refused(await meta('DELETE', `/${WABA}/subscribed_apps`), 400, 100)
  assert.match(details, /Carom keeps this subscription/)
})

test('links to further pages lead back here, and hold no token of Meta’s', async () => {
  const path = `/${WABA}/message_templates?fields=name&limit=1`
  const first = await meta('GET', path)
  const { next } = first.body.paging
  assert.ok(next.startsWith(`${carom.url}/meta/v26.0/${WABA}/message_templates?`), next)
  assert.doesNotMatch(next, /access_token|appsecret_proof/)
  const follow = async (link: string, headers = {}) => {
    const page = (await (await fetch(link, { headers })).json()) as { data: unknown[] }
    return page.data
  }
  const second = await follow(next, { authorization: `Bearer ${carom.owner_key}` })
  assert.equal(second.length, 1)
  assert.notDeepEqual(second, first.body.data)
  const keyed = await apiOf(carom.url, undefined)(
    'GET',
    `//meta/v26.0${path}&access_token=${carom.owner_key}`,
  )
  assert.deepEqual(await follow(keyed.body.paging.next), second)
})

test('methods that Graph does not know are refused in its shape', async () => {
  for (const method of ['PUT', 'PATCH'])
    assert.match(refused(await meta(method, `/${NUMBER}/messages`, text(BEN)), 400, 2500), new RegExp(method))
  // Spelled in another way, a send would go past all checks.
  for (const path of ['messages/', '/messages', 'Messages', './messages', '%6dessages/', 'messages%2f']) {
    const { status, body } = await meta('POST', `/${NUMBER}/${path}`, text('+15550101007'))
    assert.deepEqual(
      [status, [2500, 131047].includes(body.error.code)],
      [400, true],
      `${path}: ${body.error.code}`,
    )
  }
  const { body } = await carom.sim('GET', '/_sim/messages?user=15550101007&direction=to_user')
  assert.equal(body.total, 0)
})

test('an approved template is edited by its id, and its row with it', async () => {
  const listed = await meta('GET', `/${WABA}/message_templates?name=order_shipped&limit=1`)
  const id = listed.body.data[0].id
  const edited = await meta('POST', `/${id}`, {
    components: [{ type: 'BODY', text: 'Your order has left our house and is on its way.' }],
  })
  assert.deepEqual(edited.body, { success: true }, edited.text)
  const rows = await carom.api('GET', '/whatsapp/templates?name=order_shipped&language=en_US')
  assert.equal(rows.body.data[0].components[0].text, 'Your order has left our house and is on its way.')
})

test("another tenant's things are objects that do not exist", async () => {
  const made = await carom.api('POST', '/tenants', { name: 'Others' })
  const theirs = graphOf(made.body.owner_key)
  const file = new FormData()
  file.set('file', new Blob(['Hello'], { type: 'text/plain' }), 'a.txt')
  const form = new Response(file)
  const uploaded = await meta('POST', `/${NUMBER}/media`, Buffer.from(await form.arrayBuffer()), {
    'content-type': form.headers.get('content-type') ?? '',
  })
  assert.equal(uploaded.status, 200, uploaded.text)
  const calls: [string, string, unknown?][] = [
    ['POST', `/${NUMBER}/messages`, text(BEN)],
    ['GET', `/${WABA}`],
    ['GET', `/${NUMBER}`],
    ['GET', `/${WABA}/message_templates`],
    [
      'POST',
      `/${WABA}/message_templates`,
      { name: 'x', language: 'en', category: 'UTILITY', components: [] },
    ],
    ['DELETE', `/${WABA}/message_templates?name=order_shipped`],
    ['GET', `/${uploaded.body.id}`],
    ['GET', `/${uploaded.body.id}/content`],
    ['DELETE', `/${uploaded.body.id}`],
    ['GET', `/${SANDBOX_APP.app_id}`],
    ['GET', '/debug_token?input_token=x'],
    ['GET', '/me'],
  ]
  for (const [method, path, body] of calls) {
    const answer = await theirs(method, path, body)
    assert.deepEqual(
      [answer.status, answer.body.error?.code, answer.body.error?.error_subcode],
      [400, 100, 33],
      `${method} ${path}: ${answer.text}`,
    )
  }
  assert.equal((await meta('GET', `/${uploaded.body.id}`)).status, 200)
})
