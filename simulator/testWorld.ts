// For tests: a simulator on a free port with quick statuses, a receiver for its webhooks, and short ways to call it.

import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { seedIds } from './seed.ts'
import { startSimulator } from './start.ts'
import type { Json } from './world.ts'

export const appToken = `${seedIds.app}|sandbox-app-secret`
export const first = '500100200300401'
export const second = '500100200300402'
export const verifyToken = 'a token of the test'

// biome-ignore lint/suspicious/noExplicitAny: what comes over the wire is looked at in tests, not typed
export type Wire = any
export type Reply = { status: number; body: Wire; headers: Headers }
export type Received = { raw: string; signature: string; body: Wire; value: Wire; item: Wire }

export async function startTestWorld(settings: Json = {}, state_file?: string) {
  const simulator = await startSimulator(state_file === undefined ? {} : { state_file })
  const receiver = await startReceiver()
  const call = async (method: string, path: string, body?: unknown, token?: string): Promise<Reply> => {
    const answer = await fetch(simulator.url + path, {
      method,
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
    })
    const text = await answer.text()
    return {
      status: answer.status,
      body: text.startsWith('{') ? JSON.parse(text) : text,
      headers: answer.headers,
    }
  }
  const graph = (method: string, path: string, body?: unknown, token = seedIds.token) =>
    call(method, `/v26.0/${path}`, body, token)
  const control = (method: string, path: string, body?: unknown) => call(method, `/_sim/${path}`, body)
  const quick = { sent_ms: 1, delivered_ms: 2, read_ms: 3, ...settings }
  await control('PATCH', 'settings', quick)
  return {
    simulator,
    receiver,
    graph,
    control,
    call,
    /** Lets the app and the first account hear everything. */
    async subscribe(
      fields = 'messages,message_template_status_update,account_update,phone_number_quality_update',
    ) {
      const object = 'whatsapp_business_account'
      const body = { object, callback_url: receiver.url, verify_token: verifyToken, fields }
      const app = await graph('POST', `${seedIds.app}/subscriptions`, body, appToken)
      const account = await graph('POST', `${seedIds.waba}/subscribed_apps`)
      if (app.status !== 200 || account.status !== 200) throw new Error('The test could not subscribe.')
    },
    send: (to: string, more: Json = { text: { body: 'Hello' } }, number = first) =>
      graph('POST', `${number}/messages`, { messaging_product: 'whatsapp', to, ...more }),
    write: (user: string, text = 'Hi', more: Json = {}) =>
      control('POST', 'messages', { phone_number_id: first, user, text, ...more }),
    async message(id: string) {
      return simulator.world.messages.get(id)
    },
    async close() {
      await simulator.close()
      await receiver.close()
    },
  }
}

export const template = (name: string, components?: unknown, code = 'en_US') => ({
  type: 'template',
  template: { name, language: { code }, ...(components !== undefined && { components }) },
})

/** Takes webhooks, answers the challenge, and fails as often as it is told to. */
async function startReceiver() {
  const got: Received[] = []
  const state = { failures: 0, attempts: 0 }
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://receiver')
    if (request.method === 'GET') {
      const isRight = url.searchParams.get('hub.verify_token') === verifyToken
      return void response.writeHead(isRight ? 200 : 403).end(url.searchParams.get('hub.challenge'))
    }
    let raw = ''
    request.setEncoding('latin1')
    request.on('data', chunk => {
      raw += chunk
    })
    request.on('end', () => {
      state.attempts += 1
      if (state.failures-- > 0) return void response.writeHead(500).end()
      got.push(read(raw, String(request.headers['x-hub-signature-256'] ?? '')))
      response.end()
    })
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`
  return {
    url,
    got,
    state,
    statuses: (id: string) => got.map(one => one.item).filter(item => item?.id === id && item.status),
    async close() {
      server.closeAllConnections()
      await new Promise(done => server.close(done))
    },
  }
}

function read(raw: string, signature: string): Received {
  const body = raw.startsWith('{') ? JSON.parse(raw) : raw
  const value = body?.entry?.[0]?.changes?.[0]?.value
  return { raw, signature, body, value, item: value?.statuses?.[0] ?? value?.messages?.[0] }
}

export const signatureOf = (raw: string) =>
  `sha256=${createHmac('sha256', 'sandbox-app-secret').update(raw, 'latin1').digest('hex')}`

/** Waits until something is so, at most five seconds. */
export async function until<T>(check: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (let left = 500; left > 0; left--) {
    const found = await check()
    if (found) return found as NonNullable<T>
    await new Promise(done => setTimeout(done, 10))
  }
  throw new Error(`It never became so: ${check}`)
}

export const pause = (ms: number) => new Promise(done => setTimeout(done, ms))
