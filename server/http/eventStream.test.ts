import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Readable } from 'node:stream'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type EventStream, type EventStreamOptions, eventStream } from './eventStream.ts'

/** The stream behind a real socket, as the door sends it. */
async function connected(
  options: EventStreamOptions,
  work: (stream: EventStream, reader: IncomingMessage) => Promise<void>,
) {
  const stream = eventStream(options)
  const body = stream.reply.body as Readable
  const server = createServer((_request, response) => {
    response.on('close', () => body.destroy())
    body.on('close', () => response.destroy())
    body.pipe(response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const [reader] = (await once(get({ port, host: '127.0.0.1' }), 'response')) as [IncomingMessage]
  try {
    await work(stream, reader)
  } finally {
    reader.destroy()
    server.closeAllConnections()
    server.close()
  }
}

test('frames arrive as they are sent, comments keep a silent line open, and end ends it', async () => {
  await connected({ keep_alive_ms: 30, retry_ms: 500 }, async (stream, reader) => {
    let text = ''
    reader.setEncoding('utf8').on('data', chunk => {
      text += chunk
    })
    assert.equal(await stream.send({ id: '7', event: 'message.read', data: { words: 'two\nlines' } }), true)
    while (!text.includes(': still here') || !text.includes('id: 7')) await sleep(10)
    // A machine that is slow may have been silent before the first frame, too.
    assert.equal(
      text.replaceAll(': still here\n\n', ''),
      'retry: 500\n\nid: 7\nevent: message.read\ndata: {"words":"two\\nlines"}\n\n',
    )
    stream.end()
    await once(reader, 'end')
    assert.equal(await stream.send({ data: 'late' }), false)
    assert.ok(stream.closed.aborted)
  })
})

test('who sends waits for a reader that is behind, and nothing is lost', async () => {
  await connected({ patience_ms: 20_000 }, async (stream, reader) => {
    let read = 0
    reader.pause()
    const sending = (async () => {
      for (let n = 0; n < 3_000; n++)
        assert.equal(await stream.send({ data: { n, filling: 'x'.repeat(2_000) } }), true)
      stream.end()
    })()
    await sleep(50)
    const held = (stream.reply.body as Readable).readableLength
    assert.ok(held < 128 * 1024, `${held} bytes are held for the reader`)
    for await (const chunk of reader) read += String(chunk).split('"n":').length - 1
    await sending
    assert.equal(read, 3_000)
  })
})

test('a reader that stays behind is cut off, and one that leaves is noticed', async () => {
  await connected({ patience_ms: 50 }, async (stream, reader) => {
    reader.pause()
    let kept = true
    for (let n = 0; n < 20_000 && kept; n++) kept = await stream.send({ data: 'x'.repeat(2_000) })
    assert.equal(kept, false)
    assert.ok(stream.closed.aborted)
  })
  await connected({}, async (stream, reader) => {
    reader.destroy()
    await once(stream.closed, 'abort')
    assert.equal(await stream.send({ data: 1 }), false)
  })
})
