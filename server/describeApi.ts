// The OpenAPI document without a running server: the route tables are data, and ask nothing of their rooms.

import { openApiDocument } from './http/openapi.ts'
import { apiRoutes } from './openDoor.ts'
import type { Rooms } from './rooms.ts'
import { version } from './version.ts'

export function describeApi(): Record<string, unknown> {
  const nothing = {} as Rooms
  return openApiDocument(apiRoutes(nothing, {} as Parameters<typeof apiRoutes>[1]), { version })
}
