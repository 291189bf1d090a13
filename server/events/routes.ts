// The calls about events: reading them, endpoints that are told of them, and what was sent there.

import type { Queryable } from '../db/pool.ts'
import type { Route } from '../http/route.ts'
import { deliveryRoutes } from './deliveries/routes.ts'
import { endpointRoutes } from './endpoints/routes.ts'
import { feedRoutes } from './feed/routes.ts'
import type { Events } from './room.ts'

export function eventRoutes(events: Events): Route<Queryable>[] {
  return [...endpointRoutes(events), ...deliveryRoutes(events), ...(feedRoutes(events) as Route<Queryable>[])]
}
