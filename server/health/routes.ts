// Whether this process is alive, ready, and how it does. For load balancers, orchestrators and Prometheus; no key.

import { Type } from 'typebox'
import { type Reply, type Route, route } from '../http/route.ts'
import type { Metrics } from './metrics.ts'
import type { Readiness } from './ready.ts'

export function healthRoutes(health: { ready(): Promise<Readiness>; metrics: Metrics }): Route[] {
  const shared = {
    method: 'GET',
    root: true,
    scope: 'public',
    tag: 'operations',
    errors: [],
    quiet: true,
  } as const
  return [
    route({
      ...shared,
      path: '/healthz',
      summary: 'Is the process alive?',
      replies: { 200: Type.Object({ status: Type.String() }) },
      handle: async () => ({ status: 200, body: { status: 'ok' } }),
    }),
    route({
      ...shared,
      path: '/readyz',
      summary: 'Can it do its work? Looks at the database and the workers.',
      replies: { 200: ReadinessReply, 503: ReadinessReply },
      handle: async (): Promise<Reply> => {
        const readiness = await health.ready()
        return { status: readiness.status === 'ready' ? 200 : 503, body: readiness }
      },
    }),
    route({
      ...shared,
      path: '/metrics',
      summary: 'Prometheus metrics',
      replies: { 200: null },
      handle: async (): Promise<Reply> => {
        const { text, content_type } = await health.metrics.print()
        return { status: 200, body: text, content_type }
      },
    }),
  ]
}

const ReadinessReply = Type.Object({
  status: Type.String({ enum: ['ready', 'not_ready'] }),
  checks: Type.Record(Type.String(), Type.String(), { description: '`ok`, or what is wrong.' }),
})
