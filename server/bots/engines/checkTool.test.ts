import assert from 'node:assert/strict'
import { test } from 'node:test'
import { schemaProblem } from './checkTool.ts'

const withPattern = (pattern: string) => ({ type: 'object', properties: { a: { type: 'string', pattern } } })

test('schemas of every day are fine', () => {
  for (const pattern of [
    '^[A-Z0-9]{3,10}$',
    '^\\d+$',
    '^(?:yes|no)$',
    '^\\+?[1-9]\\d{6,14}$',
    '^[^@]+@[^@]+$',
  ]) {
    assert.equal(schemaProblem(withPattern(pattern)), undefined, pattern)
  }
  assert.equal(schemaProblem({ type: 'object' }), undefined)
})

test('what could take for ever, or leads elsewhere, is not', () => {
  const problems: [unknown, RegExp][] = [
    [withPattern('^(a+)+$'), /repeats a group/],
    [withPattern('^(a|a)*$'), /repeats a group/],
    [withPattern('a*b*c*d*$'), /more than twice/],
    [withPattern('(a)\\1'), /refers back/],
    [withPattern('(?=a)b'), /looks around/],
    [withPattern('['), /no regular expression/],
    [{ type: 'object', patternProperties: { '(x+)+': {} } }, /repeats a group/],
    [{ type: 'object', properties: { a: { $ref: 'https://evil.example/schema' } } }, /refer to elsewhere/],
    [{ type: 'string' }, /of type object/],
    [{ type: 'object', description: 'x'.repeat(20_000) }, /longer than/],
  ]
  for (const [schema, problem] of problems) assert.match(schemaProblem(schema) ?? '', problem)
})
