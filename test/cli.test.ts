// The `carom` program as an operator uses it: the real program, its exit codes and what it prints, against a running
// gateway with an embedded database.

import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { Webhook } from 'standardwebhooks'
import { startEmbedded } from '../server/db/embedded.ts'
import { startReceiver } from '../server/events/receiver.fixture.ts'
import { silentLog } from '../server/kit/log.ts'
import { ADA, apiOf, eventually, freePort, type Gateway, NUMBER, spawnGateway } from './carom.ts'

const program = join(import.meta.dirname, '../carom.js')

let folder: string
let env: Record<string, string>
let gateway: Gateway
let url: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carom-cli-'))
  env = {
    DATA_DIR: join(folder, 'data'),
    PORT: String(await freePort()),
    SIMULATOR_PORT: String(await freePort()),
    CAROM_OWNER_KEY: `cm_live_${'k'.repeat(40)}`,
    LOG_LEVEL: 'silent',
  }
  gateway = spawnGateway(env)
  url = await gateway.ready()
})
after(async () => {
  await gateway.stop()
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

type Ran = { code: number; out: string; err: string }

function carom(...words: string[]): Promise<Ran> {
  const { PATH = '', HOME = '' } = process.env
  return new Promise(resolve => {
    execFile(process.execPath, [program, ...words], { env: { PATH, HOME, ...env } }, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err })
    })
  })
}

async function done(...words: string[]): Promise<string> {
  const ran = await carom(...words)
  assert.equal(ran.code, 0, `carom ${words.join(' ')}\n${ran.out}\n${ran.err}`)
  return ran.out
}

test('every command explains itself, and wrong words have exit code 2', async () => {
  const overview = await done()
  const names = [...overview.matchAll(/^ {2}([a-z-]+) {2,}/gm)].map(match => match[1] ?? '')
  assert.ok(names.length >= 10)
  for (const name of names.filter(one => one !== 'serve' && one !== 'simulate')) {
    const help = await done(name, '--help')
    for (const part of ['Usage:', 'Options:', 'Examples:']) assert.ok(help.includes(part), `${name}: ${help}`)
  }
  for (const words of [['nonsense'], ['keys', 'nonsense'], ['keys', '--nonsense'], ['send']]) {
    const ran = await carom(...words)
    assert.deepEqual([ran.code, ran.out], [2, ''], words.join(' '))
    assert.match(ran.err, /--help|Usage/)
  }
})

test('events are brought to a local program, signed, over a restart of the gateway', async () => {
  const receiver = await startReceiver()
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
  const words = ['listen', '--forward-to', receiver.url, '--events', 'message.*', '--secret', secret]
  const { PATH = '', HOME = '' } = process.env
  const listening = spawn(process.execPath, [program, ...words], { env: { PATH, HOME, ...env } })
  let out = ''
  listening.stdout.on('data', chunk => {
    out += chunk
  })
  try {
    await eventually(() => assert.match(out, /Listening to/), { timeout_ms: 30_000 })
    const hello = { phone_number_id: NUMBER, to: ADA, template: 'hello_world', language: 'en_US' }
    const send = () => apiOf(url, env.CAROM_OWNER_KEY)('POST', '/whatsapp/messages/template', hello)
    // Until the line is there, what happens is not told.
    await eventually(
      async () => {
        await send()
        assert.ok(receiver.got.length > 0)
      },
      { timeout_ms: 30_000, every_ms: 500 },
    )
    await eventually(() => assert.ok(receiver.got.some(call => call.body.type === 'message.read')))
    for (const { text, headers, body } of receiver.got) {
      assert.deepEqual(new Webhook(secret).verify(text, headers as Record<string, string>), body)
    }
    // Its line is printed when the program has answered.
    await eventually(() => assert.match(out, /message\.read +200 +\d+ ms +\+15550101001/))
    await gateway.stop()
    gateway = spawnGateway(env)
    url = await gateway.ready()
    const { body: sent } = await send()
    const types = () => receiver.got.filter(call => call.body.data.id === sent.id).map(call => call.body.type)
    await eventually(() =>
      assert.deepEqual(
        types().sort(),
        ['accepted', 'delivered', 'read', 'sent'].map(step => `message.${step}`),
      ),
    )
    assert.equal(new Set(receiver.got.map(call => call.body.id)).size, receiver.got.length, 'each once')
  } finally {
    listening.kill('SIGINT')
    const [code] = await once(listening, 'close')
    assert.equal(code, 0)
    await receiver.close()
  }
})

test('keys and tenants are made, listed, rotated and removed', async () => {
  const made = JSON.parse(
    await done('keys', 'create', '--name', 'Shop', '--scope', 'whatsapp:send', '--json'),
  )
  assert.match(made.key, /^cm_live_/)
  assert.match(await done('keys'), /Shop/)
  const rotated = JSON.parse(await done('keys', 'rotate', made.id, '--json'))
  assert.notEqual(rotated.key, made.key)
  await done('keys', 'remove', made.id)
  assert.doesNotMatch(await done('keys', 'list'), /Shop/)
  const tenant = JSON.parse(await done('tenants', 'create', 'Acme Ltd', '--json'))
  const theirs = await carom('tenants', '--key', tenant.owner_key)
  assert.deepEqual([theirs.code, theirs.out], [1, ''])
  assert.match(theirs.err, /first tenant's owner key/)
})

test('a message is sent and followed; what goes wrong is one sentence and exit code 1', async () => {
  const words = ['--from', NUMBER, '--template', 'hello_world']
  const sent = JSON.parse(await done('send', ADA, ...words, '--json'))
  assert.equal(sent.status, 'read')
  const several = await carom('send', ADA, 'Hello')
  assert.deepEqual([several.code, several.out], [1, ''])
  assert.match(several.err, /--from/)
  const failed = await carom('send', '+15550109026', ...words, '--wait', '5')
  assert.equal(failed.code, 1, failed.out)
  const nobody = await carom('keys', '--url', 'http://127.0.0.1:9')
  assert.match(nobody.err, /does not answer.*npm start/)
})

test('messages are exported as lines and as CSV', async () => {
  const lines = (await done('export', 'messages', '--direction', 'outbound')).trim().split('\n')
  assert.ok(lines.every(line => JSON.parse(line).direction === 'outbound'))
  const file = join(folder, 'out.csv')
  await done('export', 'messages', '--contact', ADA, '--csv', '--out', file)
  const csv = await readFile(file, 'utf8')
  assert.equal(csv.split('\n')[0]?.split(',')[0], 'id')
  assert.ok(csv.includes('hello_world'))
})

test('a person is exported, and forgotten on express wish alone', async () => {
  const file = join(folder, 'ada.json')
  await done('export', 'contact', ADA, '--out', file)
  const known = JSON.parse(await readFile(file, 'utf8'))
  assert.equal(known.contact.phone, ADA)
  assert.ok(known.messages.length > 0)
  const unsure = await carom('erase', ADA)
  assert.equal(unsure.code, 1)
  assert.match(unsure.err, /--yes/)
  const erased = JSON.parse(await done('erase', ADA, '--yes', '--json'))
  assert.deepEqual([erased.state, erased.counts.messages], ['done', known.messages.length])
  const gone = await carom('export', 'contact', ADA)
  assert.equal(gone.code, 1)
  assert.match(gone.err, /no such contact/)
})

/** Every row of every table, as one hash a table. What a restart forgets on purpose is left out. */
async function picture(database_url: string): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString: database_url })
  await client.connect()
  try {
    const tables = await client.query<{ name: string }>(
      "select oid::regclass::text as name from pg_class where relkind = 'r' and relpersistence = 'p' and relnamespace = 'public'::regnamespace",
    )
    const found: Record<string, string> = {}
    for (const { name } of tables.rows) {
      const { rows } = await client.query(
        `select md5(coalesce(string_agg(t::text, '' order by t::text), '')) as hash from ${name} t`,
      )
      found[name] = rows[0].hash
    }
    return found
  } finally {
    await client.end()
  }
}

test('a backup of a running Carom under load holds all that was accepted, and restores to an equal one', async () => {
  const api = apiOf(url, env.CAROM_OWNER_KEY)
  const accepted: string[] = []
  let sending = true
  const load = (async () => {
    for (let ord = 0; sending; ord++) {
      const body = { phone_number_id: NUMBER, to: `+1555011${String(ord).padStart(4, '0')}` }
      const sent = await api('POST', '/whatsapp/messages/template', {
        ...body,
        template: 'hello_world',
        language: 'en_US',
      })
      if (sent.status === 201) accepted.push(sent.body.id)
    }
  })()
  while (accepted.length < 20) await new Promise(resolve => setTimeout(resolve, 20))
  const before = accepted.length
  const backup = join(folder, 'backup')
  const told = JSON.parse(await done('backup', backup, '--json'))
  sending = false
  await load
  assert.ok(told.online && told.proof.rows > before)

  const data = join(folder, 'restored')
  await done('restore', backup, '--data-dir', data)
  const one = await startEmbedded({ data_dir: data, log: silentLog })
  const client = new pg.Client({ connectionString: one.url })
  await client.connect()
  const { rows } = await client.query('select id from messages where id = any($1)', [
    accepted.slice(0, before),
  ])
  await client.end()
  assert.equal(rows.length, before)
  const first = await picture(one.url)
  await one.stop()

  const again = join(folder, 'again')
  await done('backup', join(folder, 'second'), '--data-dir', data, '--no-proof')
  await done('restore', join(folder, 'second'), '--data-dir', again)
  const other = await startEmbedded({ data_dir: again, log: silentLog })
  assert.deepEqual(await picture(other.url), first)
  await other.stop()
})

test('a damaged or unfinished backup is refused, and nothing is laid over a database', async () => {
  const backup = join(folder, 'backup')
  const taken = await carom('restore', backup, '--data-dir', env.DATA_DIR as string)
  assert.match(taken.err, /holds a database already/)
  await writeFile(join(backup, 'secret.key'), 'damaged')
  const damaged = await carom('restore', backup, '--data-dir', join(folder, 'nowhere'))
  assert.match(damaged.err, /secret\.key of the backup is missing or damaged/)
  await assert.rejects(stat(join(folder, 'nowhere/postgres')))
  const nothing = await carom('restore', folder)
  assert.deepEqual([nothing.code, nothing.out], [1, ''])
})

test('the key that seals secrets is changed while the gateway runs', async () => {
  const file = join(env.DATA_DIR as string, 'secret.key')
  const before = (await readFile(file, 'utf8')).trim()
  assert.match(await done('rotate-secret'), /Sealed anew/)
  assert.equal(
    JSON.parse(await done('send', ADA, '--from', NUMBER, '--template', 'hello_world', '--json')).status,
    'read',
  )
  await done('rotate-secret', '--forget-old')
  const now = (await readFile(file, 'utf8')).trim()
  assert.ok(now !== before && !now.includes('\n'))
  // A process that starts afresh knows the new key alone.
  await gateway.stop()
  gateway = spawnGateway(env)
  url = await gateway.ready()
  assert.equal(
    JSON.parse(await done('send', ADA, '--from', NUMBER, '--template', 'hello_world', '--json')).status,
    'read',
  )
})
