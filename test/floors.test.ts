// Reads every import of the house and holds it against the floor plan (test/floors.ts).

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { floorProblems } from './floors.ts'
import { importsOf, readSources } from './sources.ts'

test('imports only go down', () => {
  const files = readSources(['server', 'simulator', 'sdk', 'cli', 'bench', 'console'], 'ts,tsx,js,mjs')
  assert.ok(files.has('server/config.ts') && files.has('server/http/route.ts'), 'the sources were found')
  assert.deepEqual(floorProblems(files), [])
})

const allowed: [path: string, text: string][] = [
  ['server/http/auth.ts', `import { fail } from '../kit/errors.ts'`],
  ['server/house.ts', `import type { Database } from './db/pool.ts'`],
  [
    'server/messages/send.ts',
    `import { find } from '../contacts/find.ts'\nimport { note } from '../events/note.ts'`,
  ],
  ['server/messages/queries.ts', `import { sql } from '../db/sql.ts'`],
  ['server/messages/list/queries.ts', `import { type Statement, sql } from '../../db/sql.ts'`],
  ['server/messages/list/page.ts', `import { rows } from '../queries.ts'`],
  ['server/campaigns/expand.ts', `import { find } from '../contacts/find.ts'`],
  [
    'server/main.ts',
    `import { routes } from './messages/routes.ts'\nimport { sdk } from '../simulator/start.ts'`,
  ],
  ['server/messages/send.test.ts', `import { testDatabase } from '../../test/database.ts'`],
  ['server/messages/verbs.ts', `import type { Statement } from '../db/sql.ts'`],
  ['bench/send.ts', `import { start } from '../server/main.ts'`],
  ['sdk/client.ts', `import { retry } from './retry.ts'`],
]

test('what the plan allows is allowed', () => {
  assert.deepEqual(floorProblems(new Map(allowed)), [])
})

const forbidden: [path: string, text: string, problem: RegExp][] = [
  ['server/kit/ids.ts', `import { x } from '../config.ts'`, /kit must not know config/],
  ['server/kit/ids.ts', `import type { Database } from '../db/pool.ts'`, /kit must not know db/],
  ['server/config.ts', `import { x } from './meta/client.ts'`, /config must not know meta/],
  ['server/http/auth.ts', `import { x } from '../db/pool.ts'`, /http must not know db/],
  ['server/http/auth.ts', `import { x } from '../keys/verify.ts'`, /http must not know keys/],
  ['server/meta/send.ts', `import { x } from '../http/route.ts'`, /meta must not know http/],
  ['server/db/pool.ts', `import type { House } from '../house.ts'`, /db must not know house/],
  ['server/contacts/find.ts', `import { x } from '../messages/send.ts'`, /contacts must not know messages/],
  ['server/events/note.ts', `import { x } from '../accounts/find.ts'`, /events must not know accounts/],
  ['server/messages/send.ts', `import { x } from '../main.ts'`, /messages must not know main/],
  [
    'server/messages/send.ts',
    `export { x } from '../campaigns/launch.ts'`,
    /messages must not know campaigns/,
  ],
  [
    'server/messages/send.ts',
    `const x = await import('../inbox/project.ts')`,
    /messages must not know inbox/,
  ],
  [
    'server/messages/send.ts',
    `import {\n  a,\n  b,\n} from '../contacts/queries.ts'`,
    /queries of contacts are private/,
  ],
  ['server/main.ts', `import { x } from './keys/limitQueries.ts'`, /queries of keys are private/],
  ['server/messages/send.ts', `import { sql } from '../db/sql.ts'`, /SQL is written in the queries\.ts/],
  ['server/messages/send.ts', `import tag from 'sql-template-tag'`, /SQL is written in the queries\.ts/],
  ['server/messages/send.ts', `import { x } from './send.fixture.ts'`, /does not import what tests it/],
  ['server/widgets/make.ts', '', /server\/widgets is not in the plan/],
  ['simulator/start.ts', `import { x } from '../server/kit/clock.ts'`, /simulator stands alone/],
  ['simulator/start.test.ts', `import { x } from '../server/kit/clock.ts'`, /simulator stands alone/],
  ['sdk/client.ts', `import type { x } from '../server/http/route.ts'`, /SDK stands alone/],
  ['console/src/app.tsx', `import { x } from '../../server/kit/ids.ts'`, /console knows the SDK only/],
  ['server/main.ts', `import { x } from '../cli/serve.ts'`, /main must not know cli/],
]

for (const [path, text, problem] of forbidden) {
  test(`it catches ${path}: ${text.replaceAll('\n', ' ')}`, () => {
    const problems = floorProblems(new Map([[path, text]]))
    assert.equal(problems.length, 1, problems.join('\n'))
    assert.match(problems[0] ?? '', problem)
  })
}

test('it catches a cycle, and not one of types alone', () => {
  const loop = (keyword: string) =>
    new Map([
      ['server/kit/a.ts', `import { b } from './b.ts'`],
      ['server/kit/b.ts', `import { c } from './c.ts'`],
      ['server/kit/c.ts', `${keyword} { a } from './a.ts'`],
    ])
  assert.deepEqual(floorProblems(loop('import')), [
    'a cycle: server/kit/a.ts → server/kit/b.ts → server/kit/c.ts → server/kit/a.ts',
  ])
  assert.deepEqual(floorProblems(loop('import type')), [])
  const comment = `/** @param {import('./a.js').A} a */`
  const page = new Map([
    ['simulator/page/a.js', `import { b } from './b.js'`],
    ['simulator/page/b.js', comment],
  ])
  assert.deepEqual(floorProblems(page), [])
})

test('imports are found however they are written', () => {
  const text = [
    `import one from './one.ts'`,
    `import type { Two } from './two.ts'`,
    `import {\n  three,\n} from './three.ts'`,
    `import './four.ts'`,
    `export * from './five.ts'`,
    `const six = await import('./six.ts')`,
    `export const text = 'no from "here.ts"'`,
    `import pg from 'pg'`,
  ].join('\n')
  const found = importsOf('server/kit/a.ts', text).map(one => one.target ?? one.specifier)
  const local = ['one', 'two', 'three', 'four', 'five', 'six'].map(name => `server/kit/${name}.ts`)
  assert.deepEqual(found.sort(), [...local, 'pg'].sort())
})
