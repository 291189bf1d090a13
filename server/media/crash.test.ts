// A real gateway is killed in the middle of an upload: what it had spooled is gone after the next start.

import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { eventually, NUMBER, spawnGateway, startWorld, type World } from '../../test/carom.ts'

let world: World
before(async () => {
  world = await startWorld()
})
after(() => world.close())

const spooled = async () => {
  const found = await readdir(join(world.data_dir, 'tmp'), { recursive: true }).catch(() => [])
  return found.filter(name => name.includes('/'))
}

test('a killed process leaves no file behind for good', async () => {
  const first = spawnGateway(world.env)
  const url = new URL(await first.ready())
  const socket = connect(Number(url.port), url.hostname)
  socket.on('error', () => {})
  socket.write(
    `POST /api/v1/whatsapp/media?phone_number_id=${NUMBER} HTTP/1.1\r\nHost: carom\r\nContent-Type: video/mp4\r\n` +
      `Content-Length: 9000000\r\nAuthorization: Bearer ${world.owner_key}\r\n\r\n`,
  )
  socket.write(Buffer.alloc(300_000, 1))
  await eventually(async () => assert.equal((await spooled()).length, 1))
  await first.kill('SIGKILL')
  assert.equal((await spooled()).length, 1)
  const second = spawnGateway(world.env)
  await second.ready()
  assert.deepEqual(await spooled(), [])
  await second.stop()
  assert.deepEqual(await readdir(join(world.data_dir, 'tmp')), [])
})
