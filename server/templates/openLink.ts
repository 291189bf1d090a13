// Opens a file behind a link that a tenant gave. It must be public: the name is resolved once, every address is looked
// at, and the connection goes to an address that was looked at. Redirects are not followed.

import { type LookupAddress, lookup as resolve } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { Agent, request } from 'undici'
import { refuseExample, type Source } from './exampleFile.ts'
import { isPublic } from './publicAddress.ts'

const TIMEOUT_MS = 15_000

export async function openLink(link: string, param: string, private_allowed: boolean): Promise<Source> {
  const url = new URL(link)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (url.protocol !== 'https:' && !private_allowed)
    refuseExample(param, 'The link must begin with https://.')
  if (isIP(host) && !private_allowed && !isPublic(host)) refuseExample(param, NOT_PUBLIC)
  // One agent for one file: its connection must not be used for another name.
  const agent = new Agent({
    connections: 1,
    connect: { timeout: 5000, lookup: private_allowed ? resolve : onlyPublic },
    maxHeaderSize: 16_384,
  })
  try {
    const { statusCode, headers, body } = await request(url, {
      dispatcher: agent,
      headers: { 'user-agent': 'carom', accept: '*/*' },
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
    })
    // A body that is given up half-read ends with an error, which nobody else may be listening for.
    body.on('error', () => {}).once('close', () => void agent.destroy())
    if (statusCode !== 200) {
      body.destroy()
      const what = statusCode >= 300 && statusCode < 400 ? ', a redirect; give the final address' : ''
      refuseExample(param, `The link answered HTTP ${statusCode}${what}.`)
    }
    const type = headers['content-type']
    return { mime_type: typeof type === 'string' ? type : undefined, filename: nameOf(url), body }
  } catch (error) {
    await agent.destroy()
    if (isFailure(error)) throw error
    const code = (error as { code?: string }).code
    return refuseExample(
      param,
      code === PRIVATE ? NOT_PUBLIC : `The link could not be opened (${code ?? 'no answer'}).`,
    )
  }
}

const NOT_PUBLIC = 'The link leads to an address that is not public.'
const PRIVATE = 'EPRIVATE'

const isFailure = (error: unknown) => (error as Error).name === 'Failure'

const onlyPublic: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses) => {
    const all = addresses as LookupAddress[] | undefined
    if (error || !all) return callback(error, '', 4)
    const [first] = all
    if (!first || !all.every(one => isPublic(one.address))) {
      return callback(Object.assign(new Error(NOT_PUBLIC), { code: PRIVATE }), '', 4)
    }
    if (options.all) callback(null, all)
    else callback(null, first.address, first.family)
  })
}

function nameOf(url: URL): string {
  const last = url.pathname.split('/').at(-1) ?? ''
  const name = last.replace(/[^A-Za-z0-9._-]/g, '_').slice(-100)
  return name === '' ? 'example' : name
}
