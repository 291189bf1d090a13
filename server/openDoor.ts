// The one place where all route tables come together behind the door.

import { accountRoutes } from './accounts/routes.ts'
import { analyticsRoutes } from './analytics/routes.ts'
import { recordAudit } from './audit/record.ts'
import { auditRoutes } from './audit/routes.ts'
import { evaluationRoutes } from './bots/evaluations/routes.ts'
import { botRoutes } from './bots/routes.ts'
import { turnRoutes } from './bots/turn/routes.ts'
import { campaignRoutes } from './campaigns/routes.ts'
import { consentRoutes } from './consents/routes.ts'
import { conversationRoutes } from './conversations/routes.ts'
import { isConnectionError } from './db/failures.ts'
import type { Transaction } from './db/pool.ts'
import { doctorRoutes } from './doctor/routes.ts'
import { eventRoutes } from './events/routes.ts'
import { graphRoutes } from './graph/routes.ts'
import { openMetrics } from './health/metrics.ts'
import { readiness } from './health/ready.ts'
import { healthRoutes } from './health/routes.ts'
import type { House } from './house.ts'
import { docsRoutes } from './http/docs.ts'
import { openApiDocument } from './http/openapi.ts'
import type { Route } from './http/route.ts'
import { openServer, type Server } from './http/server.ts'
import { inboxRoutes } from './inbox/routes.ts'
import { keyRoutes } from './keys/routes.ts'
import { withoutRedaction } from './kit/log.ts'
import { knowledgeRoutes } from './knowledge/routes.ts'
import type { Loops } from './loops.ts'
import { mediaRoutes } from './media/routes.ts'
import { messageRoutes } from './messages/routes.ts'
import { peopleRoutes } from './people/routes.ts'
import { allMetrics } from './processes.ts'
import { retentionRoutes } from './retention/routes.ts'
import type { Rooms } from './rooms.ts'
import { templateRoutes } from './templates/routes.ts'
import { version } from './version.ts'

type Health = Parameters<typeof healthRoutes>[0]

export async function openDoor(house: House, rooms: Rooms, loops: Loops): Promise<Server> {
  const metrics = openMetrics(house, rooms.inbox, rooms.doctor, allMetrics)
  const health = { ready: () => readiness(house, loops.running), metrics }
  return openServer({
    routes: house.config.CAROM_ROLE === 'worker' ? healthRoutes(health) : everyRoute(rooms, health),
    host: house.config.HOST,
    port: house.config.PORT,
    cors_origins: house.config.CAROM_CORS_ORIGINS,
    trust_proxy: house.config.CAROM_TRUST_PROXY,
    authenticate: rooms.keys.authenticate,
    limiter: rooms.keys.limiter,
    idempotency: rooms.idempotency,
    transaction: work => house.db.transaction(work),
    isDatabaseDown: isConnectionError,
    log: house.log,
    request_log: withoutRedaction(house.log),
    tracer: house.tracer,
    onAnswer: metrics.answered,
    audit: (tx, entry) => recordAudit(rooms.audit, tx as Transaction | undefined, entry),
  })
}

/** The API's routes, and the pages that describe them. */
function everyRoute(rooms: Rooms, health: Health): Route[] {
  const routes = apiRoutes(rooms, health)
  return [...routes, ...docsRoutes({ document: () => openApiDocument(routes, { version }) })]
}

/** Tables only: nothing is asked of the rooms before a handler runs. */
export function apiRoutes(rooms: Rooms, health: Health): Route[] {
  return [
    ...messageRoutes(rooms.messages),
    ...conversationRoutes(rooms.conversations),
    ...botRoutes(rooms.bots),
    ...turnRoutes(rooms.bots),
    ...evaluationRoutes(rooms.bots),
    ...knowledgeRoutes(rooms.knowledge),
    ...campaignRoutes(rooms.campaigns),
    ...consentRoutes(rooms.consents),
    ...mediaRoutes(rooms.media),
    ...templateRoutes(rooms.templates),
    ...accountRoutes(rooms.accounts),
    ...eventRoutes(rooms.events),
    ...analyticsRoutes(rooms.analytics),
    ...keyRoutes(rooms.keys),
    ...inboxRoutes(rooms.inbox),
    ...graphRoutes(rooms.graph),
    ...doctorRoutes(rooms.doctor),
    ...auditRoutes(rooms.audit),
    ...retentionRoutes(rooms.retention),
    ...peopleRoutes(rooms.people),
    ...healthRoutes(health),
  ]
}
