// Bots over HTTP: what may be said about one, what is kept secret, and the numbers that are linked to it.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually, type Journey, NUMBER, startJourney } from '../../test/carom.ts'
import { openApiKey, openSigningSecret } from './room.ts'

let carom: Journey
before(async () => {
  carom = await startJourney()
})
after(() => carom.close())

async function ok(method: string, path: string, body?: unknown, status = 200) {
  const answer = await carom.api(method, path, body)
  assert.equal(answer.status, status, answer.text)
  return answer.body
}

const model = {
  provider: 'openai-compatible',
  base_url: 'https://models.example.com/v1',
  model: 'qwen3:8b',
  api_key: 'sk-very-secret-1',
}

const make = (config?: object) => ok('POST', '/bots', { name: 'A bot', ...(config && { config }) }, 201)

async function problems(config: object, method = 'POST', path = '/bots'): Promise<string[]> {
  const body = method === 'POST' ? { name: 'A bot', config } : { config }
  const { error } = await ok(method, path, body, 422)
  return error.details.issues.map((issue: { param: string }) => issue.param).sort()
}

const rowOf = async (id: string) =>
  (await carom.carom.rooms.bots.db.pool.query('select * from bots where id = $1', [id])).rows[0]

test('a bot without a word about how: it answers from its knowledge, and is active', async () => {
  const bot = await make()
  assert.deepEqual(
    [bot.type, bot.config, bot.is_active, bot.has_api_key],
    ['whatsapp', { engine: 'knowledge' }, true, false],
  )
  assert.deepEqual([bot.system_prompt, bot.conversation_count], ['', 0])
  assert.match(bot.signing_secret, /^whsec_[A-Za-z0-9+/]{32}$/)
  const { signing_secret: _, ...shown } = bot
  assert.deepEqual(await ok('GET', `/bots/${bot.id}`), shown)
  assert.deepEqual((await ok('GET', '/bots')).data, [shown])
})

test('a provider alone means engine llm; its key is kept sealed and never shown', async () => {
  const bot = await make(model)
  const { api_key, ...rest } = model
  assert.deepEqual(bot.config, { engine: 'llm', ...rest })
  assert.equal(bot.has_api_key, true)
  const row = await rowOf(bot.id)
  assert.ok(!JSON.stringify(row).includes(api_key))
  assert.equal(openApiKey(carom.carom.rooms.bots, row), api_key)
  assert.equal(openSigningSecret(carom.carom.rooms.bots, row), bot.signing_secret)
  const rotated = await ok('POST', `/bots/${bot.id}/rotate-secret`)
  assert.notEqual(rotated.signing_secret, bot.signing_secret)
  assert.equal(openSigningSecret(carom.carom.rooms.bots, await rowOf(bot.id)), rotated.signing_secret)
  for (const path of ['/bots', `/bots/${bot.id}`]) {
    const { text } = await carom.api('GET', path)
    assert.ok(!text.includes(api_key) && !text.includes('whsec_') && !text.includes('s1.'), text)
  }
})

test('a change names any part; null takes a setting back', async () => {
  const bot = await make({ ...model, temperature: 0.7, language: 'de' })
  const changed = await ok('PUT', `/bots/${bot.id}`, {
    name: 'Another',
    config: { temperature: 0.2, language: null, handover: { words: ['agent'] } },
  })
  const { api_key: _, ...rest } = model
  assert.equal(changed.name, 'Another')
  assert.deepEqual(changed.config, {
    engine: 'llm',
    ...rest,
    temperature: 0.2,
    handover: { words: ['agent'] },
  })
  assert.equal(changed.has_api_key, true)
  assert.ok(changed.updated_at >= bot.updated_at)
  assert.equal((await ok('PUT', `/bots/${bot.id}`, { config: { api_key: null } })).has_api_key, false)
  const asShown = await ok('PUT', `/bots/${bot.id}`, { name: changed.name, config: changed.config })
  assert.deepEqual(asShown.config, changed.config)
  const turned = await ok('PUT', `/bots/${bot.id}`, { config: { engine: 'knowledge' } })
  assert.deepEqual([turned.config.engine, turned.config.model], ['knowledge', model.model])
})

test('a kept key goes to no other address than the one it was given for', async () => {
  const bot = await make(model)
  const path = `/bots/${bot.id}`
  const elsewhere = { base_url: 'https://models.example.com/v2' }
  assert.equal((await ok('PUT', path, { config: elsewhere })).has_api_key, true, 'the same host')
  const thief = { base_url: 'https://thief.example.net/v1' }
  assert.equal((await ok('PUT', path, { config: thief })).has_api_key, false)
  await ok('PUT', path, { config: { ...model, provider: 'openai', base_url: null } })
  assert.deepEqual(await problems({ provider: 'anthropic' }, 'PUT', path), ['config.api_key'])
  assert.deepEqual(await problems({ base_url: 'https://thief.example.net' }, 'PUT', path), ['config.api_key'])
  assert.equal((await ok('GET', path)).has_api_key, true)
})

test('every problem of a config is named at once', async () => {
  assert.deepEqual(await problems({ engine: 'llm' }), ['config.model', 'config.provider'])
  assert.deepEqual(await problems({ model: 'x' }), ['config.provider'])
  assert.deepEqual(await problems({ provider: 'openai', model: 'x' }), ['config.api_key'])
  assert.deepEqual(await problems({ provider: 'openai-compatible', model: 'x' }), ['config.base_url'])
  assert.deepEqual(await problems({ engine: 'webhook' }), ['config.url'])
  assert.deepEqual(await problems({ limits: { cost_per_day: '5' } }), ['config.prices'])
  const tool = { name: 'find', description: 'x', url: 'https://a.example.com', parameters: { type: 'array' } }
  assert.deepEqual(
    await problems({
      tools: [tool, { ...tool, url: 'ftp://x.example' }],
      business_hours: { timezone: 'Berlin', hours: [{ days: ['mon'], start: '09:00', end: '09:00' }] },
    }),
    [
      ...[
        'config.business_hours.hours[0].end',
        'config.business_hours.timezone',
        'config.tools[0].parameters',
      ],
      ...['config.tools[1].name', 'config.tools[1].parameters', 'config.tools[1].url'],
    ],
  )
  assert.deepEqual(await problems({ engin: 'llm', temperature: 3, debounce_ms: '5' }), [
    ...['config.debounce_ms', 'config.engin', 'config.temperature'],
  ])
  const { error } = await ok('POST', '/bots', { name: 'x', config: { ...model, api_key: 'sk secret' } }, 422)
  assert.ok(error.param === 'config.api_key' && !JSON.stringify(error).includes('secret'))
  await ok('POST', '/bots', { config: {} }, 422)
  await ok('POST', '/bots', { name: 'x', type: 'telegram' }, 422)
})

test('addresses must be public', async () => {
  const addresses = [
    ...[
      'http://models.example.com/v1',
      'https://127.0.0.1/',
      'https://10.1.2.3',
      'https://2130706433/',
      'https://[::1]/',
    ],
    ...[
      'https://localhost/v1',
      'https://ollama:11434',
      'https://printer.local',
      'https://169.254.169.254/latest',
    ],
    ...['https://user:pw@models.example.com', 'not an address', 'javascript:alert(1)', 'https://localhost./'],
  ]
  for (const url of addresses) {
    assert.deepEqual(await problems({ engine: 'webhook', url }), ['config.url'], url)
    assert.deepEqual(await problems({ ...model, base_url: url }), ['config.base_url'], url)
  }
  const free = await startJourney({ env: { CAROM_ALLOW_PRIVATE_WEBHOOKS: 'true' } })
  try {
    const config = { ...model, base_url: 'http://127.0.0.1:11434/v1' }
    const made = await free.api('POST', '/bots', { name: 'x', config })
    assert.equal(made.status, 201, made.text)
  } finally {
    await free.close()
  }
})

test('a number answers by a bot of its tenant that is there and active', async () => {
  const number = `/whatsapp/phone_numbers/${NUMBER}`
  const { body: tenant } = await carom.api('POST', '/tenants', { name: 'Others' })
  const theirs = await fetch(`${carom.url}/api/v1/bots`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tenant.owner_key}`, 'content-type': 'application/json' },
    body: '{"name": "Theirs"}',
  }).then(response => response.json() as Promise<{ id: string }>)
  for (const bot_id of [crypto.randomUUID(), theirs.id])
    await ok('POST', `${number}/link-bot`, { bot_id }, 422)
  await ok('POST', `${number}/autoreply`, { enabled: true }, 409)

  const bot = await make()
  assert.equal((await ok('POST', `${number}/link-bot`, { bot_id: bot.id })).bot_id, bot.id)
  assert.equal((await ok('POST', `/bots/${bot.id}/toggle`)).is_active, false)
  assert.equal((await ok('POST', `/bots/${bot.id}/toggle`, { is_active: false })).is_active, false)
  await ok('POST', `${number}/autoreply`, { enabled: true }, 409)
  assert.equal((await ok('POST', `/bots/${bot.id}/toggle`, {})).is_active, true)
  assert.equal((await ok('POST', `${number}/autoreply`, { enabled: true })).autoreply_enabled, true)

  const { error } = await ok('DELETE', `/bots/${bot.id}`, undefined, 409)
  assert.deepEqual([error.code, error.details.phone_number_ids], ['invalid_state', [NUMBER]])
  await ok('DELETE', `/bots/${bot.id}?unlink=false`, undefined, 409)
  assert.equal((await carom.api('DELETE', `/bots/${bot.id}?unlink=true`)).status, 204)
  const after = await ok('GET', number)
  assert.deepEqual([after.bot_id, after.autoreply_enabled], [null, false])
  await ok('GET', `/bots/${bot.id}`, undefined, 404)
})

test('a bot and a link to it at the same time: one of them is told no', async () => {
  for (let round = 0; round < 5; round++) {
    const { id } = await make()
    const [linked, deleted] = await Promise.all([
      carom.api('POST', `/whatsapp/phone_numbers/${NUMBER}/link-bot`, { bot_id: id }),
      carom.api('DELETE', `/bots/${id}`),
    ])
    assert.deepEqual([linked.status, deleted.status].sort(), linked.status === 200 ? [200, 409] : [204, 422])
  }
  await ok('POST', `/whatsapp/phone_numbers/${NUMBER}/link-bot`, { bot_id: null })
})

test('a bot counts the threads it has answered in, and pauses there for as long as it says', async () => {
  const bot = await make({ pause_minutes: 120 })
  await ok('POST', `/whatsapp/phone_numbers/${NUMBER}/link-bot`, { bot_id: bot.id })
  const ada = { phone_number_id: NUMBER, user: '15550101001', text: 'Hello' }
  await carom.sim('POST', '/_sim/messages', ada)
  const [thread] = await eventually(async () => {
    const { data } = await ok('GET', `/conversations?bot_id=${bot.id}`)
    assert.equal(data.length, 1)
    return data
  })
  assert.deepEqual([thread.bot_id, thread.bot_paused_until], [bot.id, null])
  const answer = `insert into messages (id, tenant_id, phone_number_id, contact_id, direction, type, status, bot_id, created_at)
    select gen_random_uuid(), tenant_id, phone_number_id, contact_id, 'outbound', 'text', 'sent', $2, now()
    from conversations where id = $1`
  for (let times = 0; times < 2; times++) {
    await carom.carom.rooms.bots.db.pool.query(answer, [thread.id, bot.id])
  }
  assert.equal((await ok('GET', `/bots/${bot.id}`)).conversation_count, 1)
  assert.equal((await ok('GET', `/conversations/${thread.id}`)).bot_paused_until, null, 'bots pause nobody')
  await ok(
    'POST',
    '/whatsapp/messages',
    { phone_number_id: NUMBER, to: '+15550101001', text: 'I am here' },
    201,
  )
  const { bot_paused_until } = await ok('GET', `/conversations/${thread.id}`)
  assert.equal(Math.round((Date.parse(bot_paused_until) - Date.now()) / 60_000), 120)
  await ok('POST', `/whatsapp/phone_numbers/${NUMBER}/link-bot`, { bot_id: null })
  const { data } = await ok('GET', `/conversations?bot_id=${bot.id}`)
  assert.equal(data.length, 1, 'it has answered there')
})
