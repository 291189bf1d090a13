// Keeps the control API from pages of other sites: a browser that says where it comes from must come from here.

import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'

/** A sentence when the request comes from elsewhere. Programs that are no browsers send neither header. */
export function refuseForeign(request: FastifyRequest, host: string): string | undefined {
  const { origin } = request.headers
  const site = request.headers['sec-fetch-site']
  if (origin === undefined && site === undefined) return undefined
  const own = request.headers.host ?? ''
  const name = own.replace(/:\d+$/, '')
  const isHere = name === 'localhost' || name === host || isIP(name.replace(/^\[|\]$/g, '')) > 0
  const isOwn = origin === undefined ? site === 'same-origin' || site === 'none' : origin === `http://${own}`
  if (isHere && isOwn) return undefined
  return 'The control API answers no pages of other sites.'
}
