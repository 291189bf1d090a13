// The doctor in a live installation (every META_* set, the simulator posing as Meta): ten planted faults are each found
// with their remedy, and what can be mended is mended.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { lookAt } from '../server/doctor/round.ts'
import { lastEvent, recorded } from '../server/events/recorded.fixture.ts'
import { SANDBOX_APP } from '../server/sandbox/app.ts'
import { apiOf, freePort, type Journey, NUMBER, startJourney } from './carom.ts'

const DAY_S = 86_400
const WABA = SANDBOX_APP.waba_id

let carom: Journey
before(async () => {
  const port = String(await freePort())
  const env = {
    PORT: port,
    CAROM_PUBLIC_URL: `http://127.0.0.1:${port}`,
    META_APP_ID: SANDBOX_APP.app_id,
    META_APP_SECRET: SANDBOX_APP.app_secret,
    META_WEBHOOK_VERIFY_TOKEN: 'our-own-verify-token',
    META_GRAPH_VERSION: 'v26.0',
  }
  carom = await startJourney({ env })
})
after(() => carom.close())

type Told = { code: string; severity: string; subject: string | null; message: string; remedy: string | null }

async function findings(): Promise<Told[]> {
  const told = await carom.api('GET', '/doctor')
  assert.equal(told.status, 200, told.text)
  return told.body.findings
}

async function found(code: string, severity: string, message: RegExp, remedy: RegExp): Promise<void> {
  const all = await findings()
  const one = all.find(finding => finding.code === code && finding.severity === severity)
  assert.ok(one, `${code} ${severity} is missing: ${JSON.stringify(all, null, 1)}`)
  assert.match(one.message, message)
  assert.match(one.remedy ?? '', remedy)
}

const onboard = (access_token: string) =>
  carom.api('POST', '/whatsapp/onboarding/manual', { waba_id: WABA, phone_number_id: NUMBER, access_token })

test('before anything is connected it says what is to be done, and subscribes the app by itself', async () => {
  await found('webhook_subscription', 'error', /no active webhook subscription/, /doctor --fix/)
  await found('accounts', 'warning', /No WhatsApp Business Account/, /carom onboard/)
  const fixed = await carom.api('POST', '/doctor/fix', {})
  assert.deepEqual(
    fixed.body.fixed.map((one: { code: string; done: boolean }) => [one.code, one.done]),
    [['webhook_subscription', true]],
  )
  assert.equal((await onboard(SANDBOX_APP.access_token)).status, 201)
  const all = await findings()
  // The tests' PostgreSQL trades durability for speed, and the doctor is right to say so.
  assert.deepEqual(
    all.filter(one => one.severity === 'error' || one.severity === 'warning').map(one => one.code),
    ['database_durability'],
  )
  assert.ok(all.length >= 15)
  await found('database_durability', 'error', /fsync, full_page_writes off/, /alter system set fsync = on/)
})

const sim = async (path: string, body: object) => {
  const changed = await carom.sim('PATCH', `/_sim${path}`, body)
  assert.equal(changed.status, 200, changed.text)
}

const FAULTS: [
  name: string,
  plant: () => Promise<unknown>,
  code: string,
  severity: string,
  message: RegExp,
  remedy: RegExp,
][] = [
  [
    'the app is not subscribed to the account',
    () => sim(`/wabas/${WABA}`, { subscribed: false }),
    'app_subscribed',
    'error',
    /do not come here/,
    /subscribed_apps/,
  ],
  ['nothing pays', () => sim(`/wabas/${WABA}`, { funded: false }), 'payment', 'error', /131042/, /Billing/],
  [
    'low quality',
    () => sim(`/phone_numbers/${NUMBER}`, { quality_rating: 'RED' }),
    'quality',
    'error',
    /red/,
    /Insights/,
  ],
  [
    'a declined name',
    () => sim(`/phone_numbers/${NUMBER}`, { name_status: 'DECLINED' }),
    'display_name',
    'warning',
    /declined/,
    /WhatsApp Manager/,
  ],
  [
    'a number that is not registered',
    () => sim(`/phone_numbers/${NUMBER}`, { status: 'DISCONNECTED' }),
    'registered',
    'error',
    /not registered/,
    /--pin/,
  ],
]

for (const [name, plant, code, severity, message, remedy] of FAULTS) {
  test(`it finds: ${name}`, async () => {
    await plant()
    await found(code, severity, message, remedy)
  })
}

test('it finds: webhooks that go elsewhere', async () => {
  await sim(`/wabas/${WABA}`, { override_callback_uri: 'https://elsewhere.example.com/hook' })
  await found('app_subscribed', 'warning', /elsewhere\.example\.com/, /without a body/)
})

test('it finds: webhooks of one number that go elsewhere', async () => {
  await sim(`/phone_numbers/${NUMBER}`, { override_callback_uri: 'https://elsewhere.example.com/one' })
  await found(
    'number_callback',
    'warning',
    /elsewhere\.example\.com\/one/,
    /"override_callback_uri":"".*doctor --fix/,
  )
})

test('it finds: a paused template', async () => {
  const world = await carom.sim('GET', '/_sim/world')
  const [template] = world.body.wabas[0].templates
  await sim(`/templates/${template.id}`, { status: 'PAUSED' })
  await carom.api('POST', '/whatsapp/templates/sync', { waba_id: WABA })
  await found('templates', 'warning', new RegExp(`paused: ${template.name}`), /comes back by itself/)
})

test('what can be mended is mended', async () => {
  const fixed = await carom.api('POST', '/doctor/fix', {})
  const codes = fixed.body.fixed
    .map((one: { code: string; done: boolean }) => `${one.code} ${one.done}`)
    .sort()
  assert.deepEqual(codes, ['app_subscribed true', 'number_callback true', 'registered true'], fixed.text)
  const left = fixed.body.findings
    .filter((one: Told) => one.severity === 'error')
    .map((one: Told) => one.code)
  assert.deepEqual(left.sort(), ['database_durability', 'payment', 'quality'])
})

test('it finds: a token that ends soon, one that is gone, and work that does not keep up', async () => {
  const token = async (expires_in?: number) => {
    const made = await carom.sim('POST', '/_sim/tokens', {
      waba_ids: [WABA],
      ...(expires_in ? { expires_in } : {}),
    })
    assert.ok([200, 201].includes((await onboard(made.body.access_token)).status))
    return made.body.access_token as string
  }
  const soon = await token(10 * DAY_S)
  await found('token', 'warning', /in (9|10) days/, /carom onboard/)
  await carom.sim('DELETE', `/_sim/tokens/${soon}`)
  await found('token', 'error', /no longer accepts/, /carom onboard/)
  await token()
  const { db } = carom.carom.rooms.inbox
  await db.pool.query(
    "insert into inbox_parked (id, inbox_id, path, reason) values (gen_random_uuid(), gen_random_uuid(), 'x', 'planted')",
  )
  await found('parked', 'warning', /1 parts/, /inbox_parked/)
})

test('on schedule it remembers what it found, tells what changed, and counts for metrics', async () => {
  const { doctor, first_tenant_id } = carom.carom.rooms
  await lookAt(doctor, first_tenant_id, true)
  const before = await lastEvent(doctor.db)
  const told = async () =>
    (await recorded(doctor.db, 'doctor.finding', before)).map(
      ({ data }) => `${data.code} ${data.previous} → ${data.severity}`,
    )
  await sim(`/wabas/${WABA}`, { funded: true })
  await lookAt(doctor, first_tenant_id, true)
  assert.deepEqual(await told(), ['payment error → ok'])
  await lookAt(doctor, first_tenant_id, true)
  assert.equal((await told()).length, 1)
  const metrics = await carom.api('GET', '//metrics')
  assert.match(metrics.text, /carom_doctor_findings\{code="quality",severity="error"\} 1/)
})

test('a tenant sees its own things alone', async () => {
  const made = await carom.api('POST', '/tenants', { name: 'Others' })
  const told = await apiOf(carom.url, made.body.owner_key)('GET', '/doctor')
  assert.deepEqual(
    told.body.findings.map((one: Told) => one.code),
    ['accounts'],
  )
})
