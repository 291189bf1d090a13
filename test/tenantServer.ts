// A tenant's own server, which bots ask and whose tools they call: it checks every signature and answers as the test wants.

import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'

// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies freely
export type TenantCall = { path: string; id: string; body: any }

/** Undefined: 204. */
export type TenantSays = { status?: number; body?: unknown; wait_ms?: number } | object | string | undefined

export type TenantServer = {
  url: string
  calls: TenantCall[]
  /** Calls whose signature was not right. */
  forged: number
  secret: string | undefined
  answer(say: (call: TenantCall) => TenantSays | Promise<TenantSays>): void
  close(): Promise<void>
}

export async function startTenantServer(): Promise<TenantServer> {
  let say: (call: TenantCall) => TenantSays | Promise<TenantSays> = () => ({ text: 'Hello!' })
  const calls: TenantCall[] = []
  const server = createServer((request, response) => {
    void (async () => {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part)
      const raw = Buffer.concat(parts).toString('utf8')
      const { secret } = tenant
      try {
        if (secret) new Webhook(secret).verify(raw, request.headers as Record<string, string>)
      } catch {
        tenant.forged++
      }
      const call = {
        path: request.url ?? '',
        id: String(request.headers['webhook-id']),
        body: JSON.parse(raw),
      }
      calls.push(call)
      const said = await say(call)
      const { status, body, wait_ms } = plain(said)
      if (wait_ms) await sleep(wait_ms)
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(body)
    })().catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const tenant: TenantServer = {
    ...{ url: `http://127.0.0.1:${port}`, calls, forged: 0, secret: undefined },
    answer(next) {
      say = next
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return tenant
}

function plain(said: TenantSays): { status: number; body: string; wait_ms?: number } {
  if (said === undefined) return { status: 204, body: '' }
  if (typeof said === 'string') return { status: 200, body: said }
  if ('status' in said || 'wait_ms' in said || 'body' in said) {
    const { status = 200, body, wait_ms } = said as { status?: number; body?: unknown; wait_ms?: number }
    const text = typeof body === 'string' ? body : JSON.stringify(body ?? {})
    return { status, body: text, ...(wait_ms === undefined ? {} : { wait_ms }) }
  }
  return { status: 200, body: JSON.stringify(said) }
}
