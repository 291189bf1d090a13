// Properties of the rules: whatever the documentation allows passes, and nothing that anybody sends makes them stumble.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { anyBody } from './arbitrary.fixture.ts'
import { changedBody } from './arbitraryChange.fixture.ts'
import { checkContent, KINDS, type KindName } from './checkContent.ts'
import type { Kind } from './kind.ts'

test('whatever the documentation allows passes, and has a form on the wire', () => {
  fc.assert(
    fc.property(anyBody, ({ kind, body }) => {
      assert.deepEqual(checkContent(kind, body), [])
      const { wire, media }: Kind = KINDS[kind]
      const { type, content } = wire(body as never)
      assert.ok(type.length > 0 && typeof content === 'object')
      for (const use of media(body as never)) assert.match(use.media_id, /^123/)
    }),
    { numRuns: 1_000 },
  )
})

test('every problem names a path and says a sentence', () => {
  fc.assert(
    fc.property(changedBody, ({ kind, body }) => {
      for (const { param, message } of checkContent(kind, body)) {
        assert.match(param, /^[a-z_]+([.[]|$)/)
        assert.match(message, /^\S.{10,600}[.?]$/s)
        assert.ok(!/undefined|\[object/.test(message), message)
      }
    }),
    { numRuns: 2_000 },
  )
})

test('anything at all is looked at without stumbling', () => {
  const kinds = fc.constantFrom(...(Object.keys(KINDS) as KindName[]))
  const inside = fc.record({
    type: fc.constantFrom(
      'button',
      'list',
      'flow',
      'product_list',
      'carousel',
      'image',
      'toString',
      'constructor',
    ),
    header: fc.jsonValue(),
    action: fc.oneof(
      fc.jsonValue(),
      fc.record({
        buttons: fc.jsonValue(),
        sections: fc.array(fc.jsonValue()),
        cards: fc.array(fc.jsonValue()),
      }),
    ),
  })
  const anything = fc.oneof(
    fc.jsonValue(),
    inside.map(interactive => ({ interactive })),
    fc.jsonValue().map(location => ({ location })),
  )
  fc.assert(
    fc.property(kinds, anything, (kind, body) => {
      assert.ok(Array.isArray(checkContent(kind, body)))
    }),
    { numRuns: 2_000 },
  )
})

test('on every level a field that nobody knows is refused', () => {
  const open = Object.values(KINDS).flatMap(kind => openObjects(Object.values(kind.fields)))
  assert.deepEqual(open, [], 'these objects take any field')
})

/** Records are open on purpose: what is in them is the sender's own. */
function openObjects(schema: unknown): unknown[] {
  if (typeof schema !== 'object' || schema === null) return []
  const { additionalProperties, properties, type } = schema as Record<string, unknown>
  const isOpen = type === 'object' && properties !== undefined && additionalProperties !== false
  return [...(isOpen ? [schema] : []), ...Object.values(schema).flatMap(openObjects)]
}
