// Endpoints: made, checked, changed, tried, given new secrets, and switched off when they are gone for good.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { type Answered, apiOf, eventually, type Journey, startJourney } from '../../../test/carom.ts'
import { type Got, type Receiver, startReceiver } from '../receiver.fixture.ts'

let carom: Journey
let receiver: Receiver
before(async () => {
  carom = await startJourney({ env: { CAROM_ALLOW_PRIVATE_WEBHOOKS: 'true' } })
  receiver = await startReceiver()
})
after(async () => {
  await carom.close()
  await receiver.close()
})

const create = (body: object) => carom.api('POST', '/webhooks', body)
const issuesOf = ({ body }: Answered) =>
  body.error.details.issues.map((issue: { param: string }) => issue.param)

test('the secret is shown once; the endpoint is listed, changed and deleted', async () => {
  const key = { 'idempotency-key': 'one-endpoint' }
  const wish = { url: `${receiver.url}/one`, events: ['message.*'], description: 'The shop' }
  const made = await carom.api('POST', '/webhooks', wish, key)
  assert.equal(made.status, 201, made.text)
  const again = await carom.api('POST', '/webhooks', wish, key)
  assert.deepEqual([again.text, again.headers.get('idempotent-replayed')], [made.text, 'true'])
  const { secret, ...shown } = made.body
  const { body: list } = await carom.api('GET', '/webhooks')
  assert.deepEqual(list.data, [shown])
  assert.ok(!JSON.stringify(list).includes(secret.slice(6)))
  for (const method of ['PUT', 'PATCH']) {
    const changed = await carom.api(method, `/webhooks/${shown.id}`, {
      description: method,
      is_active: false,
    })
    assert.deepEqual([changed.body.description, changed.body.is_active], [method, false])
    assert.equal(changed.body.url, shown.url)
  }
  const bad = await carom.api('PUT', `/webhooks/${shown.id}`, { url: 'ftp://x', events: ['message.red'] })
  assert.deepEqual(issuesOf(bad), ['url', 'events[0]'])
  assert.match(bad.text, /did you mean message\.read\?/)
  assert.equal((await carom.api('DELETE', `/webhooks/${shown.id}`)).status, 204)
  for (const [method, path] of [
    ['GET', ''],
    ['DELETE', ''],
    ['POST', '/test'],
    ['GET', '/deliveries'],
    ['POST', '/rotate-secret'],
  ] as const) {
    const gone = await carom.api(
      method,
      `/webhooks/${shown.id}${path}`,
      path === '/rotate-secret' ? {} : undefined,
    )
    assert.deepEqual([gone.status, gone.body.error.code], [404, 'not_found'], `${method} ${path}`)
  }
})

test('a body is checked whole: address, events, secret', async () => {
  const bad = await create({ url: 'https://user:pass@example.com', events: ['nonsense', 'message.*'] })
  assert.deepEqual([bad.status, issuesOf(bad)], [422, ['url', 'events[0]']])
  const meta = await create({ url: receiver.url, format: 'meta', events: ['message.read'] })
  assert.match(meta.body.error.message, /a field of Meta's webhooks/)
  const secret = await create({ url: receiver.url, secret: 'whsec_tooshorttooshort' })
  assert.deepEqual([secret.status, secret.body.error.param], [422, 'secret'])
  const unknown = await create({ url: receiver.url, evnts: [] })
  assert.match(unknown.text, /did you mean `events`/)
})

test('a test tells at once what the endpoint answered', async () => {
  const { body: made } = await create({ url: `${receiver.url}/try`, is_active: false })
  const good = await carom.api('POST', `/webhooks/${made.id}/test`)
  assert.equal(good.status, 200, good.text)
  assert.deepEqual([good.body.status, good.body.event_type], ['delivered', 'webhook.test'])
  const [call] = receiver.got.filter(one => one.path === '/try') as [Got]
  assert.equal(call.body.type, 'webhook.test')
  assert.deepEqual(
    new Webhook(made.secret).verify(call.text, call.headers as Record<string, string>),
    call.body,
  )
  receiver.behave(() => ({ status: 302, headers: { location: `${receiver.url}/elsewhere` }, body: 'moved' }))
  const { body: moved } = await carom.api('POST', `/webhooks/${made.id}/test`)
  assert.deepEqual(
    [moved.status, moved.attempts[0].status, moved.attempts[0].response_body],
    ['failed', 302, 'moved'],
  )
  assert.match(moved.attempts[0].error, /a redirect; give the final address/)
  receiver.behave(() => ({ status: 200, body: 'x'.repeat(1_000_000) }))
  const { body: chatty } = await carom.api('POST', `/webhooks/${made.id}/test`)
  assert.deepEqual([chatty.status, chatty.attempts[0].response_body.length], ['delivered', 1_000])
  receiver.behave(() => ({ status: 200 }))
  assert.ok(!receiver.got.some(one => one.path === '/elsewhere'))
  await carom.api('DELETE', `/webhooks/${made.id}`)
})

test('after a rotation both secrets sign for a while, and the old one ends', async () => {
  const { body: made } = await create({ url: `${receiver.url}/rotate` })
  const { body: rotated } = await carom.api('POST', `/webhooks/${made.id}/rotate-secret`, {})
  assert.notEqual(rotated.secret, made.secret)
  const in_ms = Date.parse(rotated.previous_secret_valid_until) - Date.now()
  assert.ok(Math.abs(in_ms - 86_400_000) < 60_000)
  const lastCall = async () => {
    await carom.api('POST', `/webhooks/${made.id}/test`)
    return receiver.got.findLast(one => one.path === '/rotate') as Got
  }
  const fits = ({ text, headers }: Got, secret: string) => {
    try {
      new Webhook(secret).verify(text, headers as Record<string, string>)
      return true
    } catch {
      return false
    }
  }
  const both = await lastCall()
  assert.deepEqual([fits(both, made.secret), fits(both, rotated.secret)], [true, true])
  const { body: ended } = await carom.api('POST', `/webhooks/${made.id}/rotate-secret`, {
    overlap_seconds: 0,
  })
  const one = await lastCall()
  assert.deepEqual(
    [fits(one, made.secret), fits(one, rotated.secret), fits(one, ended.secret)],
    [false, false, true],
  )
  await carom.api('DELETE', `/webhooks/${made.id}`)
})

test('an endpoint that says 410 is switched off, and its siblings are told', async () => {
  const { body: gone } = await create({ url: `${receiver.url}/gone`, events: ['account.updated'] })
  const { body: sibling } = await create({ url: `${receiver.url}/sibling`, events: ['webhook.disabled'] })
  receiver.behave(({ path }) => ({ status: path === '/gone' ? 410 : 200 }))
  const [account] = (await carom.api('GET', '/whatsapp/accounts')).body.data
  await carom.api('PATCH', `/whatsapp/accounts/${account.id}`, { media_mirror: 'off' })
  const told = await eventually(() => {
    const call = receiver.got.find(one => one.path === '/sibling')
    assert.ok(call)
    return call.body
  })
  assert.deepEqual(
    [told.type, told.data.id, told.data.disabled_reason],
    ['webhook.disabled', gone.id, 'gone'],
  )
  const { body: shown } = await carom.api('GET', `/webhooks/${gone.id}`)
  assert.equal(shown.is_active, false)
  assert.ok(shown.disabled_at)
  const { data } = (await carom.api('GET', '/events?type=webhook.disabled')).body
  assert.deepEqual(data, [told])

  const noticed = async (api = carom.api) => {
    const { findings } = (await api('GET', '/doctor')).body
    return findings.filter((one: { code: string }) => one.code === 'endpoints')
  }
  const [finding, ...others] = await noticed()
  assert.deepEqual([finding.severity, finding.subject, others], ['error', gone.id, []])
  assert.match(finding.message, /^The endpoint http.*\/gone was switched off on 20.*: it answered 410\.$/)
  const made = await carom.api('POST', '/tenants', { name: 'Others' })
  const theirs = apiOf(carom.url, made.body.owner_key)
  assert.deepEqual(await noticed(theirs), [])
  const { body: bad } = await theirs('POST', '/webhooks', { url: `${receiver.url}/secret-path` })
  const { db } = carom.carom.rooms.events
  await db.pool.query('update webhooks set failures = 12, failing_since = now() where id = $1', [bad.id])
  const [, operators] = await noticed()
  assert.deepEqual([operators.severity, operators.subject], ['warning', bad.id])
  assert.match(operators.message, /^An endpoint of Others at 127\.0\.0\.1:\d+ takes nothing: 12 failures/)
  assert.match((await noticed(theirs))[0].message, /secret-path takes nothing/)

  receiver.behave(() => ({ status: 200 }))
  const { body: on } = await carom.api('PUT', `/webhooks/${gone.id}`, { is_active: true })
  assert.deepEqual([on.is_active, on.disabled_reason, on.failures], [true, null, 0])
  await eventually(async () => {
    const { body } = await carom.api('GET', `/webhooks/${gone.id}/deliveries`)
    assert.deepEqual(body.data[0].status, 'delivered', 'what waited is sent when it is switched on')
  })
  for (const { id } of [gone, sibling]) await carom.api('DELETE', `/webhooks/${id}`)
})

test('without the setting only public https addresses are taken, and looked at again when connecting', async () => {
  const strict = await startJourney()
  try {
    const refused = [
      ...[
        'http://example.com/x',
        'https://127.0.0.1/x',
        'https://[::1]/x',
        'https://10.1.2.3',
        'https://localhost',
      ],
      ...[
        'https://[::ffff:10.0.0.1]/',
        'https://2130706433/',
        'https://metadata.google.internal/',
        'https://printer.local',
      ],
    ]
    for (const url of refused) {
      const { status, body } = await strict.api('POST', '/webhooks', { url })
      assert.deepEqual([status, body.error?.param], [422, 'url'], url)
    }
    const made = await strict.api('POST', '/webhooks', { url: 'https://example.com/x' })
    assert.equal(made.status, 201, made.text)
    // A name that leads home: as if it had been public when the endpoint was made.
    const { db } = strict.carom.rooms.events
    for (const url of [`https://127.0.0.1:${new URL(receiver.url).port}`, receiver.url]) {
      await db.pool.query('update webhooks set url = $1', [url])
      const { body } = await strict.api('POST', `/webhooks/${made.body.id}/test`)
      assert.equal(body.status, 'failed')
      assert.match(body.attempts[0].error, /public|https/)
    }
  } finally {
    await strict.close()
  }
})
