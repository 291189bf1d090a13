// Opens a file behind a link that a tenant gave. It must be public: the name is resolved once, every address is looked
// at, and the connection goes to an address that was looked at. Redirects are not followed.

import { Agent, request } from 'undici'
import { isRefusedHost, NOT_PUBLIC, onlyPublic } from '../kit/publicAddress.ts'
import { refuseExample, type Source } from './exampleFile.ts'

const TIMEOUT_MS = 15_000

export async function openLink(link: string, param: string, private_allowed: boolean): Promise<Source> {
  const url = new URL(link)
  if (url.protocol !== 'https:' && !private_allowed)
    refuseExample(param, 'The link must begin with https://.')
  if (!private_allowed && isRefusedHost(url.hostname)) refuseExample(param, REFUSED)
  // One agent for one file: its connection must not be used for another name.
  const agent = new Agent({
    connections: 1,
    connect: { timeout: 5000, ...(private_allowed ? {} : { lookup: onlyPublic }) },
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
      code === NOT_PUBLIC ? REFUSED : `The link could not be opened (${code ?? 'no answer'}).`,
    )
  }
}

const REFUSED = 'The link leads to an address that is not public.'

const isFailure = (error: unknown) => (error as Error).name === 'Failure'

function nameOf(url: URL): string {
  const last = url.pathname.split('/').at(-1) ?? ''
  const name = last.replace(/[^A-Za-z0-9._-]/g, '_').slice(-100)
  return name === '' ? 'example' : name
}
