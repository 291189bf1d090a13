// The OpenAPI document of the whole gateway: sound, and every example fits its schema.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeApi } from '../server/describeApi.ts'
import { apiRoutes } from '../server/openDoor.ts'
import type { Rooms } from '../server/rooms.ts'
import { exampleProblems, openApiProblems } from './openApiProblems.ts'

const routes = apiRoutes({} as Rooms, {} as Parameters<typeof apiRoutes>[1])

test('the document is sound OpenAPI 3.1', () => {
  assert.deepEqual(openApiProblems(describeApi()), [])
})

test('every example fits the schema that it stands beside', () => {
  assert.deepEqual(exampleProblems(routes), [])
})

test('every mutation that takes a body shows one', () => {
  const bare = routes.filter(route => route.body && !route.hidden && route.example?.body === undefined)
  assert.deepEqual(
    bare.map(route => `${route.method} ${route.path}`),
    [],
  )
})
