// The sandbox hears of everything that Carom knows what to do with.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { handledFields } from '../inbox/changes.ts'
import { COEXISTENCE_FIELDS, WEBHOOK_FIELDS } from '../meta/inspect.ts'

test('the sandbox is subscribed to every field that is handled', () => {
  assert.deepEqual([...WEBHOOK_FIELDS, ...COEXISTENCE_FIELDS].sort(), handledFields().sort())
})

test('the docs name every field to subscribe to', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/inbound.md'), 'utf8')
  const missing = handledFields().filter(field => !page.includes(`\`${field}\``))
  assert.deepEqual(missing, [])
})
