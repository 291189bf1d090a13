// A server for tests that misbehaves below HTTP: it resets, hangs, and answers bytes as it is told. It is not the
// simulator, which knows Meta; this one knows only sockets.

import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'

export type RawRequest = { head: string; body: string; socket: Socket; number: number }

export type RawServer = { url: string; requests: RawRequest[]; connections: number; close(): Promise<void> }

/** `answer` is called for every whole request, `connected` for every new connection. */
export async function rawServer(
  answer: (request: RawRequest) => void,
  connected: (socket: Socket) => void = () => {},
): Promise<RawServer> {
  const sockets = new Set<Socket>()
  const requests: RawRequest[] = []
  const state = { connections: 0 }
  const server = createServer(socket => {
    state.connections++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    connected(socket)
    readRequests(socket, (head, body) => {
      const request = { head, body, socket, number: requests.length + 1 }
      requests.push(request)
      answer(request)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    get connections() {
      return state.connections
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

export function reply(socket: Socket, status: number, body: unknown, headers: string[] = []): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const length = Buffer.byteLength(text)
  socket.write([`HTTP/1.1 ${status} X`, `content-length: ${length}`, ...headers, '', text].join('\r\n'))
}

function readRequests(socket: Socket, got: (head: string, body: string) => void): void {
  let pending = ''
  socket.on('data', chunk => {
    pending += chunk.toString('latin1')
    for (;;) {
      const end = pending.indexOf('\r\n\r\n')
      if (end < 0) return
      const length = Number(/content-length: (\d+)/i.exec(pending.slice(0, end))?.[1] ?? 0)
      if (pending.length < end + 4 + length) return
      const head = pending.slice(0, end)
      const body = pending.slice(end + 4, end + 4 + length)
      pending = pending.slice(end + 4 + length)
      got(head, body)
    }
  })
}
