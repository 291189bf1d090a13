// Many contacts at once, webhooks twice and in any order, two workers, which are then killed again and again in the middle of
// it: every contact gets exactly one answer, and the right one.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createBot, switchOn } from './bots.ts'
import {
  apiOf,
  eventually,
  FAST_NUMBER,
  freePort,
  type Gateway,
  type Journey,
  spawnGateway,
  startJourney,
} from './carom.ts'
import { type ModelServer, startModelServer } from './modelServer.ts'

const CONTACTS = 200
const KILLS = 5
const WRITING_MS = 10_000

let carom: Journey
let model: ModelServer
let url: string
let bot_id: string
const workers: Gateway[] = []
before(async () => {
  model = await startModelServer()
  // Slow enough for kills to fall into the middle of an answer.
  model.answer(async ({ body }) => {
    await sleep(300 + Math.random() * 1_700)
    const asked = JSON.stringify(body.messages.at(-1).content)
    return { text: `The answer to ${/question (\S+?)\?/.exec(asked)?.[1]}.`, usage: [50, 10] }
  })
  const env = {
    CAROM_ALLOW_PRIVATE_WEBHOOKS: 'true',
    CAROM_SEND_TIMEOUT_MS: '2000',
    // On a machine that is busy with other tests, Meta's word may be some seconds late.
    CAROM_RECONCILE_SECONDS: '10',
  }
  carom = await startJourney({
    env: { ...env, CAROM_ROLE: 'api', PORT: String(await freePort()) },
    settings: {
      ...{ latency_ms: 30, sent_ms: 20, delivered_ms: 60, read_ms: 120 },
      webhooks: { duplicate_rate: 0.5, reorder: true, retry_first_ms: 100 },
    },
  })
  url = carom.url
  carom.api = apiOf(url, carom.owner_key)
  const config = { provider: 'openai-compatible', base_url: model.url, model: 'test-model', debounce_ms: 200 }
  bot_id = (await createBot(carom, config)).id
  await switchOn(carom, bot_id, FAST_NUMBER)
  for (let n = 0; n < 2; n++) workers.push(startWorker())
  await Promise.all(workers.map(worker => worker.ready()))
})
after(async () => {
  await Promise.all(workers.map(worker => worker.kill('SIGKILL')))
  await carom.close()
  await model.close()
})

function startWorker(): Gateway {
  return spawnGateway({ ...carom.env, CAROM_ROLE: 'worker', PORT: '0', LOG_LEVEL: 'error' })
}

const userOf = (n: number) => `1555030${String(n).padStart(4, '0')}`
const everybody = (first: number) => Array.from({ length: CONTACTS }, (_, n) => first + n)

/** What every contact got, by their number. */
async function answers(first: number): Promise<Map<string, string[]>> {
  const got = new Map(everybody(first).map((n): [string, string[]] => [userOf(n), []]))
  const { body } = await carom.sim('GET', '/_sim/messages?direction=to_user&limit=5000')
  for (const message of body.data) got.get(message.user)?.push(message.content.body)
  return got
}

async function ask(n: number): Promise<void> {
  const message = { phone_number_id: FAST_NUMBER, user: userOf(n), text: `This is question ${n}?` }
  assert.equal((await carom.sim('POST', '/_sim/messages', message)).status, 201)
}

function everybodyHasOne(first: number): Promise<void> {
  return eventually(
    async () => {
      const missing = [...(await answers(first))].filter(([, texts]) => texts.length === 0)
      assert.equal(missing.length, 0, `${missing.length} wait, such as ${missing[0]?.[0]}`)
    },
    { timeout_ms: 150_000, every_ms: 500 },
  )
}

async function assertOneEach(first: number): Promise<void> {
  for (const [user, texts] of await answers(first)) {
    assert.deepEqual(texts, [`The answer to ${Number(user.slice(-4))}.`], user)
  }
}

test(`${CONTACTS} contacts at the same moment: one answer each`, async t => {
  const began_ms = performance.now()
  await Promise.all(everybody(1000).map(ask))
  await everybodyHasOne(1000)
  t.diagnostic(`all answered after ${Math.round(performance.now() - began_ms)} ms`)
  await assertOneEach(1000)
})

test(`${CONTACTS} contacts, ${KILLS} kills: one answer each, the right one`, async t => {
  model.asked.length = 0
  const writing = Promise.all(
    everybody(0).map(async n => {
      await sleep(Math.random() * WRITING_MS)
      await ask(n)
    }),
  )
  for (let kill = 0; kill < KILLS; kill++) {
    // At any moment of its work, the other one going on.
    await sleep(300 + Math.random() * 1_200)
    const at = kill % workers.length
    await workers[at]?.kill('SIGKILL')
    workers[at] = startWorker()
    await workers[at].ready()
  }
  await writing
  await everybodyHasOne(0)
  t.diagnostic(`the model was asked ${model.asked.length} times`)
  await everythingEnds()
  await assertOneEach(0)
})

/** Nothing is under way any more: no turn is open, no message waits or is in the dark. */
async function everythingEnds(): Promise<void> {
  const quiet = { timeout_ms: 60_000, every_ms: 300 }
  await eventually(async () => {
    const { body } = await carom.api('GET', `/bots/${bot_id}/turns?state=open`)
    assert.deepEqual(body.data, [])
  }, quiet)
  for (const status of ['queued', 'sending', 'unknown']) {
    await eventually(async () => {
      const { body } = await carom.api('GET', `/whatsapp/messages?status=${status}`)
      assert.deepEqual(body.data, [])
    }, quiet)
  }
  // A turn looks after its answer once more; nothing may come of that.
  const { db } = carom.carom.rooms.bots
  await eventually(async () => {
    const { rows } = await db.pool.query(
      'select count(*)::int as due from bot_turns where due_at is not null',
    )
    assert.equal(rows[0].due, 0)
  }, quiet)
  await sleep(500)
}
