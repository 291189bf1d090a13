// Addresses that a tenant gives: of a model, of a webhook, of a tool. Here only what can be seen from the address itself;
// where its name leads is looked at with every connection.

import { isIP } from 'node:net'
import { isPublic } from '../kit/publicAddress.ts'

/** Undefined: fine. Else one sentence. */
export function urlProblem(param: string, text: string, private_allowed: boolean): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) {
    return `\`${param}\` must be an address that begins with https://.`
  }
  if (url.username !== '' || url.password !== '') {
    return `\`${param}\` must not hold a user name or password; they would be shown with it.`
  }
  if (url.hash !== '') return `\`${param}\` must not have a part after #.`
  if (private_allowed) return undefined
  if (url.protocol !== 'https:') return `\`${param}\` must begin with https://; ${HOW}`
  return isPrivate(url.hostname) ? `\`${param}\` leads to an address that is not public; ${HOW}` : undefined
}

const HOW = 'set CAROM_ALLOW_PRIVATE_WEBHOOKS=true to allow private addresses and http.'

function isPrivate(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  if (isIP(host) !== 0) return !isPublic(host)
  return !host.includes('.') || /\.(localhost|local|internal|home\.arpa)$/.test(host)
}
