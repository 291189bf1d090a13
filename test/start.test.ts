// The first minute: the program in sandbox mode over an empty folder, and the two lines that it prints to be pasted.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { apiOf, eventually, freePort, spawnGateway } from './carom.ts'

let folder: string
let env: Record<string, string>
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carom-start-'))
  env = {
    DATA_DIR: join(folder, 'data'),
    PORT: String(await freePort()),
    SIMULATOR_PORT: String(await freePort()),
  }
})
after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))

/** Runs a printed line as a person would, in a shell; curl where there is one. */
async function paste(line: string): Promise<string> {
  const { stdout } = await promisify(execFile)('sh', ['-c', line])
  return stdout
}

/** What the simulator says meanwhile is in the answer to a send, if it is fast enough. */
async function webhooks(settings: { paused: boolean }): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${env.SIMULATOR_PORT}/_sim/settings`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ webhooks: settings }),
  })
  assert.equal(answer.status, 200)
}

test('it starts from nothing, and what it prints works', async t => {
  const gateway = spawnGateway(env)
  t.after(() => gateway.stop())
  const url = await gateway.ready()
  assert.equal(url, `http://127.0.0.1:${env.PORT}`)
  const said = gateway.stdout()
  assert.match(said, new RegExp(`Docs\\s+${url}/docs\n`))
  assert.match(said, new RegExp(`Phone\\s+http://127.0.0.1:${env.SIMULATOR_PORT}\\s`))
  const key = /Key\s+(cm_live_\S+)\n/.exec(said)?.[1]
  assert.ok(key, said)
  assert.ok(!gateway.stderr().includes(key), 'logs do not repeat the key')
  for (const page of [`${url}/docs`, `http://127.0.0.1:${env.SIMULATOR_PORT}/`, `${url}/readyz`]) {
    assert.equal((await fetch(page)).status, 200, page)
  }

  const lines = said.match(/^curl .*$/gm) ?? []
  assert.equal(lines.length, 2)
  const [send = '', list = ''] = lines
  await webhooks({ paused: true })
  const sent = JSON.parse(await paste(send))
  assert.equal(sent.status, 'accepted', JSON.stringify(sent))
  await webhooks({ paused: false })
  await eventually(async () => {
    const { data } = JSON.parse(await paste(list))
    assert.deepEqual([data[0].id, data[0].status], [sent.id, 'read'])
  })

  const asked = performance.now()
  await gateway.kill('SIGINT')
  assert.equal((await gateway.exited).code, 0)
  assert.ok(performance.now() - asked < 3_000, 'Ctrl-C stops it soon')
  await assert.rejects(fetch(`http://127.0.0.1:${env.SIMULATOR_PORT}/`), 'the simulator is gone too')
  await secondStart(t, key, sent.id)
})

async function secondStart(t: { after(fn: () => Promise<void>): void }, key: string, message_id: string) {
  const gateway = spawnGateway(env)
  t.after(() => gateway.stop())
  const url = await gateway.ready()
  assert.ok(!gateway.stdout().includes(key), 'the key is shown once')
  assert.match(gateway.stdout(), /Key\s+the one shown at the first start/)
  const api = apiOf(url, key)
  assert.equal((await api('GET', `/whatsapp/messages/${message_id}`)).body.status, 'read')
  const { data } = (await api('GET', '/whatsapp/accounts')).body
  assert.deepEqual([data.length, data[0].status, data[0].phone_numbers.length], [1, 'connected', 2])
  const body = {
    phone_number_id: data[0].phone_numbers[0].phone_number_id,
    to: '+15550101001',
    template: 'hello_world',
    language: 'en_US',
  }
  const sent = await api('POST', '/whatsapp/messages/template', body)
  assert.equal(sent.status, 201, sent.text)
  await eventually(async () => {
    assert.equal((await api('GET', `/whatsapp/messages/${sent.body.id}`)).body.status, 'read')
  })
}

test('wrong settings are told all at once, and no secret is repeated', async () => {
  const gateway = spawnGateway({
    ...env,
    PORT: 'four',
    LOG_LEVEL: 'loud',
    CAROM_ROLE: 'boss',
    CAROM_OWNER_KEY: 'cm_live_short',
    META_APP_ID: '123',
    DATABASE_URL: 'mysql://u:hunter2@h/db',
  })
  assert.equal((await gateway.exited).code, 1)
  const said = gateway.stderr()
  for (const name of [
    'PORT',
    'LOG_LEVEL',
    'CAROM_ROLE',
    'CAROM_OWNER_KEY',
    'META_APP_SECRET',
    'DATABASE_URL',
  ]) {
    assert.match(said, new RegExp(`- .*${name} `), said)
  }
  assert.ok(!/hunter2|cm_live_short|\n\s+at /.test(said), said)
})

test('a database that is not there is told in one sentence', async () => {
  const url = `postgres://carom:hunter2@127.0.0.1:${await freePort()}/carom`
  const gateway = spawnGateway({ ...env, DATABASE_URL: url })
  assert.equal((await gateway.exited).code, 1)
  assert.match(gateway.stderr(), /Carom could not start: .+/)
  assert.ok(!/hunter2|\n\s+at /.test(gateway.stderr()), gateway.stderr())
})
