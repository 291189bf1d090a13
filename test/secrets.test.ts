// Whatever is logged, answered or measured: no token, key or secret is in it, at the most talkative log level, in the
// best and in the worst of times.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { SANDBOX_APP } from '../server/sandbox/app.ts'
import {
  type Answered,
  type Api,
  apiOf,
  eventually,
  type Gateway,
  NUMBER,
  spawnGateway,
  startWorld,
  type World,
} from './carom.ts'

let world: World
let gateway: Gateway
let api: Api
const answers: string[] = []
const secrets: Record<string, string> = {
  token: SANDBOX_APP.access_token,
  'app secret': SANDBOX_APP.app_secret,
  'verify token': SANDBOX_APP.verify_token,
  'secret key': randomBytes(32).toString('base64'),
  pin: '471108',
}

before(async () => {
  const env = {
    LOG_LEVEL: 'debug',
    CAROM_SECRET_KEY: secrets['secret key'] as string,
    CAROM_SEND_TIMEOUT_MS: '1000',
  }
  world = await startWorld({ env })
  secrets['owner key'] = world.owner_key
  gateway = spawnGateway(world.env)
  const plain = apiOf(await gateway.ready(), world.owner_key)
  api = async (...args) => remember(await plain(...args))
})
after(async () => {
  await gateway.stop()
  await world.close()
})

function remember(answer: Answered): Answered {
  answers.push(`${JSON.stringify([...answer.headers])} ${answer.text}`)
  return answer
}

test('a busy day at LOG_LEVEL=debug tells no secret', async () => {
  const hello = { phone_number_id: NUMBER, template: 'hello_world', language: 'en_US' }
  for (const ending of ['1234', '9042', '9500', '9912']) {
    await api('POST', '/whatsapp/messages/template', { ...hello, to: `+4915123456${ending}` })
  }
  await onboard()
  const made = await api('POST', '/keys', { name: 'one', scopes: ['*'] })
  answers.pop() // shown this once
  secrets['made key'] = made.body.key
  const hook = await api('POST', '/webhooks', { url: 'https://receiver.invalid/hook' })
  answers.pop() // shown this once
  secrets['webhook secret'] = hook.body.secret
  for (const path of ['test', 'redeliver']) {
    await api('POST', `/webhooks/${hook.body.id}/${path}`, path === 'test' ? undefined : { status: 'failed' })
  }
  assert.equal((await api('GET', `/webhooks/${hook.body.id}/deliveries`)).body.data.length > 0, true)
  const url = await gateway.ready()
  remember(await apiOf(url, made.body.key)('GET', '/whatsapp/accounts'))
  remember(await apiOf(url, made.body.key)('GET', '/keys'))
  remember(await apiOf(url, `${made.body.key}x`)('GET', `/whatsapp/messages?limit=${made.body.key}`))
  await badTimes(hello)
  for (const path of [
    '//metrics',
    '//readyz',
    '//openapi.json',
    '/whatsapp/phone_numbers',
    '/whatsapp/messages?limit=100',
    '/events?limit=100',
    '/webhooks',
  ]) {
    assert.equal((await api('GET', path)).status, 200, path)
  }
  await gateway.stop()
  assert.match(gateway.stderr(), /"level":"info".*"msg":"answered"/, 'it did log')
  for (const [name, secret] of Object.entries(secrets)) {
    const clear = (text: string, where: string) => {
      const at = text.indexOf(secret)
      assert.equal(at, -1, `the ${name} is in ${where}: …${text.slice(Math.max(0, at - 200), at)}`)
    }
    clear(gateway.stderr(), 'the log')
    if (name !== 'owner key') clear(gateway.stdout(), 'the greeting')
    for (const answer of answers) clear(answer, 'an answer')
  }
})

/** A second account by signup code, with a PIN, and wrong ones of everything. */
async function onboard(): Promise<void> {
  const account = { numbers: [{ display_phone_number: '+1 555-010-0088', registered: false }] }
  const { body } = await world.sim('POST', '/_sim/wabas', account)
  secrets['second token'] = body.access_token
  const { waba_id, phone_number_ids } = body
  const [phone_number_id] = phone_number_ids
  const { body: signup } = await world.sim('POST', '/_sim/oauth/codes', { waba_id, phone_number_id })
  secrets.code = signup.code
  const exchange = { code: signup.code, phone_number_id, waba_id, pin: secrets.pin }
  const connected = await api('POST', '/whatsapp/onboarding/exchange', exchange)
  assert.equal(connected.status, 201, connected.text)
  const again = await api('POST', '/whatsapp/onboarding/exchange', exchange)
  assert.equal(again.status, 422, 'a code works once')
  const wrong = { waba_id, phone_number_id, access_token: `EAA${randomBytes(20).toString('hex')}` }
  secrets['wrong token'] = wrong.access_token
  assert.notEqual((await api('POST', '/whatsapp/onboarding/manual', wrong)).status, 200)
  await api('POST', '/whatsapp/onboarding/manual', { ...wrong, access_token: 5, pin: secrets.pin })
}

async function badTimes(hello: object): Promise<void> {
  const send = () => api('POST', '/whatsapp/messages/template', { ...hello, to: '+4915123457777' })
  await world.sim('PATCH', '/_sim/settings', { down: true })
  assert.equal((await send()).status, 503)
  await world.sim('PATCH', '/_sim/settings', { down: false })
  await world.sim('DELETE', `/_sim/tokens/${SANDBOX_APP.access_token}`)
  await eventually(async () => assert.equal((await send()).body.error.code, 'meta_token_invalid'))
  const [account] = (await api('GET', '/whatsapp/accounts')).body.data.slice(-1)
  await api('POST', `/whatsapp/accounts/${account.id}/refresh`)
  await api('POST', '/webhooks/whatsapp', '{}', { 'x-hub-signature-256': 'sha256=00' })
}
