import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, test } from 'node:test'
import { appToken, first, startTestWorld, verifyToken } from '../testWorld.ts'

const WABA = '700100200300400'
const APP = '600100200300400'
let world: Awaited<ReturnType<typeof startTestWorld>>
before(async () => {
  world = await startTestWorld({ enforce_rates: true })
})
after(() => world.close())

const exchange = (code: string, more = '') =>
  world.call(
    'GET',
    `/v26.0/oauth/access_token?client_id=${APP}&client_secret=sandbox-app-secret&code=${code}${more}`,
  )
const codeFor = async (waba_id: string) =>
  (await world.control('POST', 'oauth/codes', { waba_id })).body.code as string

test('a code is worth one token, and its account can be read with it', async () => {
  const code = await codeFor(WABA)
  const { status, body } = await exchange(code)
  assert.equal(status, 200)
  assert.equal(body.token_type, 'bearer')
  assert.equal(
    (await world.graph('GET', `${WABA}?fields=name`, undefined, body.access_token)).body.name,
    'Carom Sandbox',
  )
  const again = await exchange(code)
  assert.deepEqual([again.status, again.body.error.code, again.body.error.error_subcode], [400, 100, 36009])
})

test('a code dies after 30 seconds, and the exchange also works as a POST', async () => {
  const late = await codeFor(WABA)
  await world.control('POST', 'clock', { advance_seconds: 31 })
  assert.equal((await exchange(late)).body.error.error_subcode, 36007)
  const body = { client_id: APP, client_secret: 'sandbox-app-secret', code: await codeFor(WABA) }
  assert.equal((await world.call('POST', '/v26.0/oauth/access_token', body)).status, 200)
  const wrong = await world.call('POST', '/v26.0/oauth/access_token', { ...body, client_secret: 'x' })
  assert.equal(wrong.body.error.message, 'Error validating client secret.')
})

test('debug_token lists the newest account first and tells of revoked and expired tokens', async () => {
  const { waba_id } = (await world.control('POST', 'wabas', { name: 'Newer' })).body
  const made = await world.control('POST', 'tokens', { waba_ids: [WABA, waba_id], expires_in: 60 })
  const token = made.body.access_token as string
  const look = () => world.graph('GET', `debug_token?input_token=${token}`, undefined, appToken)
  const { data } = (await look()).body
  assert.equal(data.is_valid, true)
  assert.deepEqual(data.granular_scopes[0].target_ids, [waba_id, WABA])
  await world.control('POST', 'clock', { advance_seconds: 61 })
  assert.deepEqual((await look()).body.data.error.subcode, 463)
  const expired = await world.graph('GET', WABA, undefined, token)
  assert.deepEqual([expired.status, expired.body.error.error_subcode], [401, 463])
  assert.equal((await world.control('DELETE', `tokens/${token}`)).status, 204)
  assert.equal((await look()).body.data.is_valid, false)
})

test('the app subscribes only where the challenge comes back', async () => {
  const body = {
    object: 'whatsapp_business_account',
    callback_url: world.receiver.url,
    fields: ['messages', 'account_update'],
  }
  const path = `${APP}/subscriptions`
  const refused = await world.graph('POST', path, { ...body, verify_token: 'wrong' }, appToken)
  assert.deepEqual([refused.status, refused.body.error.code], [400, 2200])
  assert.equal((await world.graph('GET', path, undefined, appToken)).body.data.length, 0)
  assert.equal((await world.graph('POST', path, { ...body, verify_token: verifyToken })).body.error.code, 15)
  const query = new URLSearchParams({ ...body, fields: 'messages', verify_token: verifyToken })
  assert.equal((await world.graph('POST', path, query.toString(), appToken)).status, 200)
  const [subscription] = (await world.graph('GET', path, undefined, appToken)).body.data
  assert.deepEqual(subscription.fields, [{ name: 'messages', version: 'v26.0' }])
  assert.equal((await world.graph('POST', `${path}?${query}`, undefined, appToken)).status, 200)
  assert.equal(
    (await world.graph('POST', path, { ...body, fields: 'nothing', verify_token: 'x' }, appToken)).body.error
      .code,
    100,
  )
})

test('an account is subscribed, overridden and unsubscribed', async () => {
  const path = `${WABA}/subscribed_apps`
  const override_callback_uri = world.receiver.url
  assert.equal(
    (await world.graph('POST', path, { override_callback_uri, verify_token: 'wrong' })).body.error.code,
    2200,
  )
  assert.deepEqual((await world.graph('GET', path)).body, { data: [] })
  await world.graph('POST', path, { override_callback_uri, verify_token: verifyToken })
  const [app] = (await world.graph('GET', path)).body.data
  assert.equal(app.whatsapp_business_api_data.id, APP)
  assert.equal(app.override_callback_uri, override_callback_uri)
  await world.graph('POST', path)
  assert.equal('override_callback_uri' in (await world.graph('GET', path)).body.data[0], false)
  assert.deepEqual((await world.graph('DELETE', path)).body, { success: true })
  assert.deepEqual((await world.graph('GET', path)).body, { data: [] })
})

test('numbers show their fields, and only those that exist', async () => {
  const { body } = await world.graph(
    'GET',
    `${first}?fields=display_phone_number,throughput{level},quality_score`,
  )
  const throughput = { level: 'STANDARD' }
  const expected = {
    display_phone_number: '+1 555-010-0001',
    throughput,
    quality_score: { score: 'GREEN' },
    id: first,
  }
  assert.deepEqual(body, expected)
  const wrong = await world.graph('GET', `${first}?fields=nonsense`)
  assert.match(wrong.body.error.message, /nonexisting field \(nonsense\)/)
  assert.equal((await world.graph('GET', `${WABA}/phone_numbers`)).body.data.length, 2)
})

test('templates come in pages, and a stale cursor is refused', async () => {
  const names: string[] = []
  let path: string | undefined = `/v26.0/${WABA}/message_templates?limit=4&fields=name,language`
  while (path) {
    const { body } = await world.call('GET', path, undefined, 'EAAsandbox0000000000000000000001')
    names.push(...body.data.map((one: { name: string }) => one.name))
    path = body.paging.next?.replace(world.simulator.url, '')
  }
  assert.equal(names.length, 6)
  const filtered = await world.graph('GET', `${WABA}/message_templates?name=order&language=de`)
  assert.deepEqual(
    filtered.body.data.map((one: { language: string }) => one.language),
    ['de'],
  )
  assert.equal(
    (await world.graph('GET', `${WABA}/message_templates?after=QVFIUnonsense`)).body.error.code,
    131059,
  )
})

test('registering checks the PIN and counts the calls', async () => {
  const register = (pin: string) =>
    world.graph('POST', `${first}/register`, { messaging_product: 'whatsapp', pin })
  assert.equal((await register('12345')).body.error.code, 100)
  assert.deepEqual((await register('123456')).body, { success: true })
  assert.equal((await register('654321')).body.error.code, 133005)
  for (let call = 0; call < 8; call++) await register('123456')
  assert.equal((await register('123456')).body.error.code, 133016)
  await world.control('POST', 'clock', { advance_seconds: 73 * 3600 })
  assert.equal((await register('123456')).status, 200)
})

test('a number that is deregistered sends nothing', async () => {
  const other = (await world.control('POST', 'wabas', { numbers: [{}] })).body
  const [id] = other.phone_number_ids
  await world.graph('POST', `${id}/deregister`, undefined, other.access_token)
  const body = { messaging_product: 'whatsapp', to: '+15550101001', text: { body: 'x' } }
  assert.equal(
    (await world.graph('POST', `${id}/messages`, body, other.access_token)).body.error.code,
    133010,
  )
  const foreign = await world.graph('POST', `${id}/messages`, body)
  assert.deepEqual(
    [foreign.status, foreign.body.error.code, foreign.body.error.error_subcode],
    [400, 100, 33],
  )
})

test('versions that have ended or never were are refused', async () => {
  for (const [version, code] of [
    ['v20.0', 2635],
    ['v4.0', 2635],
    ['v99.0', 2500],
    ['v26.1', 2500],
  ]) {
    const { status, body } = await world.call('GET', `/${version}/${WABA}`, undefined, appToken)
    assert.deepEqual([version, status, body.error.code], [version, 400, code])
  }
  const plain = await world.call('GET', `/${WABA}`, undefined, 'EAAsandbox0000000000000000000001')
  assert.deepEqual([plain.status, plain.headers.get('facebook-api-version')], [200, 'v21.0'])
})

test('tokens, permissions and proofs are checked', async () => {
  const nothing = await world.call('GET', `/v26.0/${WABA}`)
  assert.deepEqual([nothing.status, nothing.body.error.code], [401, 190])
  assert.equal(typeof nothing.body.error.fbtrace_id, 'string')
  const narrow = { waba_ids: [WABA], scopes: ['whatsapp_business_messaging'] }
  const messaging = (await world.control('POST', 'tokens', narrow)).body.access_token
  const denied = await world.graph('GET', WABA, undefined, messaging)
  assert.deepEqual([denied.status, denied.body.error.code], [403, 200])
  const managing = { waba_ids: [WABA], scopes: ['whatsapp_business_management'] }
  const other = (await world.control('POST', 'tokens', managing)).body.access_token
  assert.equal((await world.graph('POST', `${first}/messages`, {}, other)).body.error.code, 10)
  const proof = createHmac('sha256', 'sandbox-app-secret').update(other).digest('hex')
  assert.equal((await world.graph('GET', `${WABA}?appsecret_proof=${proof}`, undefined, other)).status, 200)
  const wrong = await world.graph('GET', `${WABA}?appsecret_proof=00`, undefined, other)
  assert.match(wrong.body.error.message, /Invalid appsecret_proof/)
  const inQuery = await world.call('GET', `/v26.0/${WABA}?access_token=${other}`)
  assert.equal(inQuery.status, 200)
})

test("unknown objects and edges have Meta's answers", async () => {
  const unknown = await world.graph('GET', '123456789')
  assert.deepEqual([unknown.status, unknown.body.error.error_subcode], [400, 33])
  assert.equal((await world.graph('GET', `${WABA}/nothing`)).body.error.code, 2500)
  assert.equal((await world.graph('DELETE', `${first}/messages`)).body.error.error_subcode, 33)
})
