import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { sql } from '../db/sql.ts'
import { Failure } from '../kit/errors.ts'
import { newId } from '../kit/ids.ts'
import { openTemplates } from '../templates/room.ts'
import { disconnect } from './disconnect.ts'
import { ensureSandbox } from './ensureSandbox.ts'
import { listAccounts, listPhoneNumbers, requireAccount } from './find.ts'
import { connectManually, exchange, onboardingConfig } from './onboard.ts'
import { refresh } from './refresh.ts'
import { type Accounts, findNumber, openAccounts } from './room.ts'
import { openTestWorld, type TestWorld } from './world.fixture.ts'

let world: TestWorld
let accounts: Accounts
let shops = 0

before(async () => {
  world = await openTestWorld()
  accounts = openAccounts(world.house)
  openTemplates(world.house, accounts)
})
after(() => world.close())
afterEach(() => world.setGate(undefined))

type Shop = { waba_id: string; phone_number_ids: string[]; access_token: string }

/** A WABA of its own with two numbers; the second is not registered yet. */
async function newShop(): Promise<Shop & { first: string; second: string }> {
  shops++
  const numbers = [
    { id: `5550${shops}001`, display_phone_number: `+1 555-02${shops}-0001` },
    { id: `5550${shops}002`, display_phone_number: `+1 555-02${shops}-0002`, registered: false },
  ]
  const templates = [
    {
      name: 'hello',
      language: 'en_US',
      category: 'UTILITY',
      components: [{ type: 'BODY', text: 'Hello there.' }],
    },
  ]
  const shop = (await world.sim('POST', '/wabas', {
    id: `77550${shops}`,
    name: `Shop ${shops}`,
    numbers,
    templates,
  })) as Shop
  const [first, second] = shop.phone_number_ids as [string, string]
  return { ...shop, first, second }
}

async function newCode(shop: Shop): Promise<string> {
  return ((await world.sim('POST', '/oauth/codes', { waba_id: shop.waba_id })) as { code: string }).code
}

async function failure(promise: Promise<unknown>): Promise<Failure> {
  const outcome = await promise.then(
    () => new Error('It did not fail.'),
    (error: unknown) => error,
  )
  assert.ok(outcome instanceof Failure, String((outcome as Error).stack))
  return outcome
}

test('exchange: code to connected account, with everything read', async () => {
  const tenant = await world.newTenant()
  const shop = await newShop()
  const { account, created } = await exchange(accounts, tenant, {
    code: await newCode(shop),
    phone_number_id: shop.second,
  })
  assert.equal(created, true)
  assert.equal(account.waba_id, shop.waba_id)
  assert.equal(account.status, 'connected')
  assert.equal(account.review_status, 'APPROVED')
  assert.deepEqual(account.token_scopes, ['whatsapp_business_management', 'whatsapp_business_messaging'])
  const [number] = account.phone_numbers
  assert.equal(account.phone_numbers.length, 1)
  assert.deepEqual(
    [number?.phone_number_id, number?.status, number?.sandbox],
    [shop.second, 'CONNECTED', true],
  )
  const templates = await world.house.db.query(
    sql`select name from templates where account_id = ${account.id}`,
  )
  assert.deepEqual(templates, [{ name: 'hello' }])
  assert.ok(world.simulator.world.wabas.get(shop.waba_id)?.subscription)
  assert.match(world.simulator.world.numbers.get(shop.second)?.pin ?? '', /^\d{6}$/)
})

test('a second call refreshes the token and adds a further number, with 200', async () => {
  const tenant = await world.newTenant()
  const shop = await newShop()
  const first = await exchange(accounts, tenant, { code: await newCode(shop), phone_number_id: shop.first })
  const before = await findNumber(accounts, tenant, shop.first)
  const again = await exchange(accounts, tenant, {
    ...{ code: await newCode(shop), phone_number_id: shop.second, waba_id: shop.waba_id, pin: '135790' },
  })
  assert.equal(again.created, false)
  assert.equal(again.account.id, first.account.id)
  assert.equal(again.account.phone_numbers.length, 2)
  assert.notEqual((await findNumber(accounts, tenant, shop.first))?.token, before?.token)
  assert.equal(world.simulator.world.numbers.get(shop.second)?.pin, '135790')
})

test('a connected number is not registered again: each registration counts', async () => {
  const tenant = await world.newTenant()
  const shop = await newShop()
  world.calls.length = 0
  await connectManually(accounts, tenant, {
    waba_id: shop.waba_id,
    phone_number_id: shop.first,
    access_token: shop.access_token,
  })
  assert.equal(
    world.calls.some(call => call.endsWith('/register')),
    false,
  )
})

test('every step that fails is named, and calling again finishes the rest', async () => {
  const steps: [string, string, RegExp][] = [
    ['inspect_token', 'GET', /debug_token$/],
    ['read_waba', 'GET', /\/\d+$/],
    ['subscribe_app', 'POST', /subscribed_apps$/],
    ['register_number', 'POST', /register$/],
    ['pull_templates', 'GET', /message_templates$/],
  ]
  for (const [step, method, path] of steps) {
    const tenant = await world.newTenant()
    const shop = await newShop()
    const wish = { waba_id: shop.waba_id, phone_number_id: shop.second, access_token: shop.access_token }
    const broken = {
      status: 400,
      body: { error: { message: '(#100) Invalid parameter', code: 100, fbtrace_id: 'T1' } },
    }
    world.setGate((m, p) => (m === method && path.test(p) && !p.endsWith(shop.second) ? broken : undefined))
    const refused = await failure(connectManually(accounts, tenant, wish))
    assert.equal(refused.code, 'meta_rejected', step)
    assert.equal(refused.options.details?.step, step)
    assert.equal(refused.options.meta?.fbtrace_id, 'T1')
    world.setGate(undefined)
    const { account, created } = await connectManually(accounts, tenant, wish)
    assert.equal(created, true, step)
    assert.equal(account.status, 'connected')
    assert.equal(account.phone_numbers[0]?.status, 'CONNECTED')
  }
})

test('the code of the error follows its cause', async () => {
  const tenant = await world.newTenant()
  const shop = await newShop()
  const wish = { waba_id: shop.waba_id, phone_number_id: shop.first, access_token: shop.access_token }
  const causes: [unknown, string][] = [
    [{ status: 401, body: { error: { code: 190, message: 'x' } } }, 'meta_token_invalid'],
    [{ status: 400, body: { error: { code: 80007, message: 'x' } } }, 'meta_rate_limited'],
    [{ status: 503, body: { error: { code: 2, message: 'x' } } }, 'meta_unavailable'],
    [{ status: 502, body: '<html>' }, 'meta_unexpected'],
    ['reset', 'meta_unexpected'],
  ]
  for (const [answer, code] of causes) {
    world.setGate((_, path) => (path.endsWith('subscribed_apps') ? (answer as 'reset') : undefined))
    const refused = await failure(connectManually(accounts, tenant, wish))
    assert.equal(refused.code, code)
    assert.equal(refused.options.details?.step, 'subscribe_app')
  }
})

test('a bad code, a used code: exchange_code', async () => {
  const tenant = await world.newTenant()
  const shop = await newShop()
  const code = await newCode(shop)
  await exchange(accounts, tenant, { code, phone_number_id: shop.first })
  for (const bad of [code, 'nonsense']) {
    const refused = await failure(exchange(accounts, tenant, { code: bad, phone_number_id: shop.first }))
    assert.deepEqual([refused.code, refused.options.details?.step], ['meta_rejected', 'exchange_code'])
    assert.match(refused.message, /Open Embedded Signup again/)
  }
})

test('tokens that are not good enough', async () => {
  const tenant = await world.newTenant()
  const shop = await newShop()
  const wish = { waba_id: shop.waba_id, phone_number_id: shop.first }
  const unknown = await failure(connectManually(accounts, tenant, { ...wish, access_token: 'EAAnothing' }))
  assert.deepEqual([unknown.code, unknown.options.details?.step], ['meta_token_invalid', 'inspect_token'])
  const narrow = await world.sim('POST', '/tokens', {
    waba_ids: [shop.waba_id],
    scopes: ['whatsapp_business_management'],
  })
  const lacking = await failure(
    connectManually(accounts, tenant, { ...wish, access_token: String(narrow.access_token) }),
  )
  assert.equal(lacking.code, 'invalid_parameter')
  assert.equal(lacking.options.param, 'access_token')
  assert.match(lacking.message, /lacks whatsapp_business_messaging/)
  const other = await newShop()
  const foreign = await failure(
    connectManually(accounts, tenant, { ...wish, access_token: other.access_token }),
  )
  assert.deepEqual([foreign.options.details?.step, foreign.options.param], ['find_waba', 'waba_id'])
  const mixed = await failure(
    connectManually(accounts, tenant, {
      ...shop,
      phone_number_id: other.first,
      access_token: shop.access_token,
    } as never),
  )
  assert.ok(['read_phone_number', 'find_waba'].includes(String(mixed.options.details?.step)))
  const lost = await failure(
    exchange(accounts, tenant, { code: await newCode(shop), phone_number_id: other.first }),
  )
  assert.deepEqual([lost.options.details?.step, lost.options.param], ['find_waba', 'phone_number_id'])
})

test('a wrong PIN says what to do, and the right one finishes it', async () => {
  const tenant = await world.newTenant()
  const shop = await newShop()
  const number = world.simulator.world.numbers.get(shop.second)
  if (number) number.pin = '777777'
  const wish = { waba_id: shop.waba_id, phone_number_id: shop.second, access_token: shop.access_token }
  const refused = await failure(connectManually(accounts, tenant, wish))
  assert.deepEqual([refused.code, refused.options.meta?.code], ['meta_rejected', 133005])
  assert.match(refused.options.meta?.next_step ?? '', /"pin"/)
  const { account } = await connectManually(accounts, tenant, { ...wish, pin: '777777' })
  assert.equal(account.phone_numbers[0]?.status, 'CONNECTED')
})

test('another tenant is refused, also in a race; after a disconnect it may', async () => {
  const [one, two] = [await world.newTenant(), await world.newTenant()]
  const shop = await newShop()
  const wish = { waba_id: shop.waba_id, phone_number_id: shop.first, access_token: shop.access_token }
  const race = await Promise.allSettled([
    connectManually(accounts, one, wish),
    connectManually(accounts, two, wish),
  ])
  const refused = race.flatMap(result => (result.status === 'rejected' ? [result.reason as Failure] : []))
  assert.deepEqual(
    refused.map(error => error.code),
    ['already_connected'],
  )
  const [winner, loser] = race[0].status === 'fulfilled' ? [one, two] : [two, one]
  assert.equal((await failure(connectManually(accounts, loser, wish))).code, 'already_connected')
  const [account] = (await listAccounts(accounts, winner, {})).data
  assert.equal((await failure(disconnect(accounts, loser, account?.id ?? ''))).code, 'not_found')
  await disconnect(accounts, winner, account?.id ?? '')
  assert.equal((await connectManually(accounts, loser, wish)).created, true)
})

test('disconnect keeps the history, forgets the token, and the same tenant can come back', async () => {
  const tenant = await world.newTenant()
  const shop = await newShop()
  const wish = { waba_id: shop.waba_id, phone_number_id: shop.first, access_token: shop.access_token }
  const { account } = await connectManually(accounts, tenant, wish)
  world.setGate((method, path) =>
    method === 'DELETE' && path.endsWith('subscribed_apps') ? 'reset' : undefined,
  )
  assert.equal(
    (await failure(disconnect(accounts, tenant, account.id))).options.details?.step,
    'unsubscribe_app',
  )
  world.setGate(undefined)
  await disconnect(accounts, tenant, account.id)
  await disconnect(accounts, tenant, account.id)
  assert.equal(world.simulator.world.wabas.get(shop.waba_id)?.subscription, null)
  assert.equal((await requireAccount(accounts, tenant, account.id)).status, 'disconnected')
  assert.equal((await findNumber(accounts, tenant, shop.first))?.token, null)
  assert.equal((await failure(refresh(accounts, tenant, account.id))).code, 'invalid_state')
  const back = await connectManually(accounts, tenant, wish)
  assert.deepEqual([back.created, back.account.id], [true, account.id])
})

test('a revoked token: refresh answers meta_token_invalid, marks the account, and a new token heals it', async () => {
  const tenant = await world.newTenant()
  const shop = await newShop()
  const wish = { waba_id: shop.waba_id, phone_number_id: shop.first, access_token: shop.access_token }
  const { account } = await connectManually(accounts, tenant, wish)
  await world.sim('PATCH', `/phone_numbers/${shop.first}`, { quality_rating: 'YELLOW' })
  assert.equal((await refresh(accounts, tenant, account.id)).phone_numbers[0]?.quality_rating, 'YELLOW')
  await world.sim('DELETE', `/tokens/${shop.access_token}`)
  assert.equal((await failure(refresh(accounts, tenant, account.id))).code, 'meta_token_invalid')
  assert.equal((await requireAccount(accounts, tenant, account.id)).status, 'token_invalid')
  assert.equal((await findNumber(accounts, tenant, shop.first))?.account_status, 'token_invalid')
  const { access_token } = await world.sim('POST', '/tokens', { waba_ids: [shop.waba_id] })
  const healed = await connectManually(accounts, tenant, { ...wish, access_token: String(access_token) })
  assert.deepEqual([healed.created, healed.account.status], [false, 'connected'])
})

test('the sandbox is connected once, and cheaply made sure of afterwards', async () => {
  const tenant = await world.newTenant()
  const shop = await newShop()
  await ensureSandbox(accounts, tenant, shop)
  assert.equal((await listPhoneNumbers(accounts, tenant, {})).data.length, 2)
  const waba = world.simulator.world.wabas.get(shop.waba_id)
  if (waba) waba.subscription = null
  world.calls.length = 0
  await ensureSandbox(accounts, tenant, shop)
  assert.equal(world.calls.length, 2)
  assert.ok(waba?.subscription)
})

test('lists page, and show only their tenant', async () => {
  const tenant = await world.newTenant()
  for (let i = 0; i < 3; i++) {
    const shop = await newShop()
    await connectManually(accounts, tenant, {
      waba_id: shop.waba_id,
      phone_number_id: shop.first,
      access_token: shop.access_token,
    })
  }
  const first = await listAccounts(accounts, tenant, { limit: 2 })
  assert.equal(first.data.length, 2)
  const rest = await listAccounts(accounts, tenant, { limit: 2, cursor: first.next_cursor ?? '' })
  assert.deepEqual([rest.data.length, rest.next_cursor], [1, null])
  assert.equal((await listAccounts(accounts, await world.newTenant(), {})).data.length, 0)
  assert.equal((await failure(requireAccount(accounts, newId(), first.data[0]?.id ?? ''))).code, 'not_found')
})

test('the configuration for a signup page', () => {
  assert.deepEqual(onboardingConfig(accounts), {
    app_id: '600100200300400',
    config_id: null,
    graph_version: 'v26.0',
    sandbox: true,
  })
})

test('no token, PIN or secret is in any log line or plain in the database', async () => {
  const rows = await world.house.db.query(sql`
    select to_jsonb(a) as row from accounts a union all select to_jsonb(n) from phone_numbers n`)
  const stored = JSON.stringify(rows)
  const logged = world.logged.join('\n')
  const tokens = [...world.simulator.world.tokens.keys()]
  assert.ok(tokens.length > 10 && logged.length > 1000)
  for (const secret of [...tokens, 'sandbox-app-secret']) {
    assert.equal(logged.includes(secret), false)
    assert.equal(stored.includes(secret), false)
  }
  const pins = rows.map(({ row }) => row.pin_sealed).filter(pin => typeof pin === 'string')
  assert.ok(pins.length > 0 && pins.every(pin => pin.startsWith('s1.')))
})
