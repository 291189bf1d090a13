// One kept-alive HTTP/1.1 connection, written by hand: a load generator shares the cores with what it measures, and this
// costs a third of a full client. One request at a time; it reads only answers with a Content-Length.

import { connect, type Socket } from 'node:net'

export type Connection = { send(request: string | Buffer): void; close(): void }

export type Listener = {
  answered(status: number, body: string): void
  /** The connection is of no use any more. */
  broke(why: string): void
}

export function openConnection(url: string, listener: Listener): Promise<Connection> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  const { promise, resolve, reject } = Promise.withResolvers<Connection>()
  socket.setNoDelay(true)
  socket.once('connect', () => {
    resolve({ send: request => void socket.write(request, 'latin1'), close: () => socket.destroy() })
  })
  socket.on('error', error => {
    reject(error)
    listener.broke((error as NodeJS.ErrnoException).code ?? error.message)
  })
  readAnswers(socket, listener)
  return promise
}

const LENGTH = /\r\ncontent-length: *(\d+)/i

function readAnswers(socket: Socket, listener: Listener): void {
  let text = ''
  socket.setEncoding('latin1')
  socket.on('data', chunk => {
    text = text === '' ? String(chunk) : text + chunk
    const head = text.indexOf('\r\n\r\n')
    if (head < 0) return
    const announced = LENGTH.exec(text.slice(0, head))?.[1]
    if (announced === undefined) {
      listener.broke('an answer without Content-Length')
      socket.destroy()
      return
    }
    const end = head + 4 + Number(announced)
    if (text.length < end) return
    const body = text.slice(head + 4, end)
    const status = Number(text.slice(9, 12))
    text = text.slice(end)
    listener.answered(status, body)
  })
  socket.on('end', () => listener.broke('closed by the server'))
}
