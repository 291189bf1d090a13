// Where the client reached this server; a proxy in front says so itself, if it is trusted.

import type { Call } from '../http/route.ts'
import type { Graph } from './room.ts'

export function originOf(graph: Graph, { headers }: Pick<Call, 'headers'>): string {
  const trusted = graph.config.CAROM_TRUST_PROXY
  const first = (name: string) =>
    String(headers[name] ?? '')
      .split(',', 1)[0]
      ?.trim()
  const scheme = (trusted && first('x-forwarded-proto')) || 'http'
  const host = (trusted && first('x-forwarded-host')) || first('host') || `127.0.0.1:${graph.config.PORT}`
  return `${scheme === 'https' ? 'https' : 'http'}://${host}`
}
