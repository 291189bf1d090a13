// The id that every response carries: the client's own where it is well-formed, else a new one.

import type { IncomingMessage } from 'node:http'
import { newId } from '../kit/ids.ts'

const WELL_FORMED = /^[A-Za-z0-9._-]{1,128}$/

export function requestId(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && WELL_FORMED.test(given) ? given : newId()
}
