// CAROM_PROCESSES: several processes behind one port. One that is killed in the middle of sends is replaced, and nothing
// is lost or sent twice.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { get } from 'node:http'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import {
  apiOf,
  eventually,
  freePort,
  type Gateway,
  NUMBER,
  spawnGateway,
  startWorld,
  type World,
} from './carom.ts'
import { startSmallTalk } from './sendStream.ts'

let world: World
let gateway: Gateway
let url: string
let endSmallTalk = () => {}
before(async () => {
  world = await startWorld()
  // A port of one's own: while no process is there nobody holds one.
  const settings = { PORT: String(await freePort()), CAROM_PROCESSES: '2' }
  const quick = { CAROM_SEND_TIMEOUT_MS: '3000', CAROM_RECONCILE_SECONDS: '5' }
  gateway = spawnGateway({ ...world.env, ...settings, ...quick })
  url = await gateway.ready()
  endSmallTalk = startSmallTalk(world)
})
after(async () => {
  endSmallTalk()
  await gateway.stop()
  await world.close()
})

// A bare Linux has no `ps` or `pgrep`, and other systems have no /proc.
async function children(): Promise<number[]> {
  const parent = gateway.child.pid as number
  if (process.platform !== 'linux') {
    const { stdout } = await promisify(execFile)('pgrep', ['-P', String(parent)])
    return stdout.trim().split(/\s+/).filter(Boolean).map(Number)
  }
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number)
  const parents = await Promise.all(pids.map(parentOf))
  return pids.filter((_, ord) => parents[ord] === parent)
}

async function parentOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) // proc_pid_stat(5): state, ppid
}

function two(): Promise<number[]> {
  return eventually(async () => {
    const found = await children()
    assert.equal(found.length, 2)
    return found
  })
}

async function replaced(pid: number): Promise<void> {
  await eventually(async () => {
    const now = await children()
    assert.ok(now.length === 2 && !now.includes(pid))
  })
}

test('a connection is closed when the process that should take it dies', async () => {
  const [victim] = await two()
  process.kill(victim as number, 'SIGSTOP')
  const ends: string[] = []
  for (let ord = 0; ord < 6; ord++) {
    get(`${url}/healthz`, { agent: false }, answer => ends.push(String(answer.resume().statusCode))).on(
      'error',
      (error: NodeJS.ErrnoException) => ends.push(String(error.code)),
    )
  }
  // One was handed to the process that does not move; the other process took the rest.
  await eventually(() => assert.deepEqual(ends, ['200', '200', '200', '200', '200']))
  process.kill(victim as number, 'SIGKILL')
  await eventually(() => assert.equal(ends[5], 'ECONNRESET'))
  await replaced(victim as number)
})

test('a killed process is replaced, every send happens once, and metrics are of all', async () => {
  const api = apiOf(url, world.owner_key)
  const [victim] = await two()
  const send = async (ord: number) => {
    const body = {
      phone_number_id: NUMBER,
      to: `+1555012${String(ord).padStart(4, '0')}`,
      template: 'hello_world',
      language: 'en_US',
    }
    return eventually(
      async () => {
        const sent = await api('POST', '/whatsapp/messages/template', body, { 'idempotency-key': `p-${ord}` })
        assert.ok(sent.status === 201 || sent.body.error?.code === 'not_confirmed', sent.text)
        return sent
      },
      { timeout_ms: 120_000, every_ms: 200 },
    )
  }
  const sends = Array.from({ length: 60 }, (_, ord) => send(ord))
  await new Promise(resolve => setTimeout(resolve, 150))
  process.kill(victim as number, 'SIGKILL')
  const answers = await Promise.all(sends)
  const there = await world.sim('GET', '/_sim/messages?direction=to_user&limit=500')
  const people = there.body.data.map((one: { user: string }) => one.user)
  assert.equal(new Set(people).size, people.length, 'nobody got it twice')
  assert.ok(people.length >= answers.filter(answer => answer.status === 201).length)
  await replaced(victim as number)
  // The new one answers for itself once it has started.
  await eventually(async () => {
    const metrics = await api('GET', '//metrics')
    assert.match(metrics.text, /carom_http_requests_total\{[^}]*messages\/template[^}]*\} \d+/)
  })
})
