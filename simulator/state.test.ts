import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { startSimulator } from './start.ts'
import { startTestWorld, template, until } from './testWorld.ts'

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulator-'))
})
after(() => rm(folder, { recursive: true }))

test('with a state file everything is there again, and what was under way goes on', async () => {
  const file = join(folder, 'state.json')
  const one = await startTestWorld({ delivered_ms: 60_000, read_ms: 60_001 }, file)
  await one.subscribe()
  await one.control('POST', 'clock', { advance_seconds: 3600 })
  await one.control('PUT', 'users/15550101001', { name: 'Ada the First' })
  const { id } = (await one.send('+15550101001', template('hello_world'))).body.messages[0]
  await until(() => one.receiver.statuses(id).length === 1)
  await one.close()

  const two = await startTestWorld({}, file)
  const { body } = await two.control('GET', 'world')
  assert.deepEqual(
    [body.offset_ms, body.users[0].name, body.app.callback_url],
    [3_600_000, 'Ada the First', one.receiver.url],
  )
  assert.equal((await two.control('GET', 'messages')).body.total, 1)
  assert.equal((await two.message(id))?.status, 'sent')
  await two.control('POST', 'clock', { advance_seconds: 120 })
  await until(async () => (await two.message(id))?.status === 'read')
  await two.close()
  assert.deepEqual(await readdir(folder), ['state.json'])
})

test('a webhook that was not delivered is tried again after a restart', async () => {
  const file = join(folder, 'webhooks.json')
  const one = await startTestWorld({}, file)
  await one.subscribe()
  await one.control('PATCH', 'settings', { webhooks: { paused: true } })
  await one.write('15550101001', 'kept')
  await one.simulator.close()
  const two = await startSimulator({ state_file: file })
  await fetch(`${two.url}/_sim/settings`, { method: 'PATCH', body: '{"webhooks":{"paused":false}}' })
  await until(() => one.receiver.got.find(got => got.item?.text?.body === 'kept'))
  await two.close()
  await one.receiver.close()
})

test('a file that is something else is not overwritten', async () => {
  const file = join(folder, 'letter.txt')
  await writeFile(file, 'Dear Ada,')
  await assert.rejects(startSimulator({ state_file: file }), /is not a state file of the simulator/)
  await rm(file)
})

const nextMessage = async (child: ChildProcess) => (await once(child, 'message'))[0]
const main = join(import.meta.dirname, 'main.ts')

test('the program tells its parent when it is ready and when the clock moves, and ends with it', async () => {
  const child = fork(main, ['--port', '0'], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  const ready = (await nextMessage(child)) as { ready: boolean; url: string }
  assert.equal(ready.ready, true)
  const moved = nextMessage(child)
  await fetch(`${ready.url}/_sim/clock`, { method: 'POST', body: '{"offset_ms":5000}' })
  assert.deepEqual(await moved, { clock: { offset_ms: 5000 } })
  const ended = once(child, 'exit')
  child.disconnect()
  assert.deepEqual((await ended)[0], 0)
})

test('a signal stops the program, a wrong flag gets a sentence', async () => {
  const child = fork(main, ['--port', '0'], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  await nextMessage(child)
  child.kill('SIGTERM')
  assert.deepEqual((await once(child, 'exit'))[0], 0)
  const wrong = fork(main, ['--port', 'many'], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  let said = ''
  wrong.stderr?.on('data', part => {
    said += part
  })
  assert.deepEqual((await once(wrong, 'close'))[0], 1)
  assert.match(said, /--port must be a number/)
})
