// What people read when a body or a query does not fit: every keyword has its sentence, and nothing is left out.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import Type, { type TSchema } from 'typebox'
import { Failure, type Issue } from '../kit/errors.ts'
import { parseJson } from './body.ts'
import { compileChecks } from './check.ts'
import { decodeCursor, encodeCursor, IdCursor, listQuery, page } from './paging.ts'

function failureOf(work: () => unknown): Failure {
  try {
    work()
  } catch (error) {
    assert.ok(error instanceof Failure)
    return error
  }
  return assert.fail('It was let through.')
}

function issuesOf(body: TSchema, value: unknown): [string, string][] {
  const checks = compileChecks({ method: 'POST', scope: null, body })
  const failure = failureOf(() => checks.body(value))
  assert.equal(failure.code, 'invalid_parameter')
  const issues = failure.options.details?.issues as Issue[]
  assert.equal(failure.options.param, issues[0]?.param)
  return issues.map(({ param, message }) => [param, message])
}

/** The one sentence about a field `x` of this schema. */
function sentence(schema: TSchema, value: unknown): string {
  const issues = issuesOf(Type.Object({ x: schema }), { x: value })
  assert.equal(issues.length, 1, JSON.stringify(issues))
  return issues[0]?.[1] ?? ''
}

test('kinds', () => {
  assert.equal(sentence(Type.String(), 49), '`x` must be a string, but is a number.')
  assert.equal(sentence(Type.Integer(), '5'), '`x` must be a whole number, but is the string "5".')
  assert.equal(sentence(Type.Integer(), 1.5), '`x` must be a whole number, but is 1.5.')
  assert.equal(sentence(Type.Boolean(), null), '`x` must be true or false, but is null.')
  assert.equal(sentence(Type.Object({}), []), '`x` must be an object, but is an array.')
  assert.equal(
    sentence(Type.Union([Type.String(), Type.Array(Type.String()), Type.Null()]), true),
    '`x` must be a string, an array or null, but is a boolean.',
  )
})

test('bounds', () => {
  assert.equal(sentence(Type.String({ minLength: 1 }), ''), '`x` must not be empty.')
  assert.equal(
    sentence(Type.String({ maxLength: 4096 }), '😀'.repeat(4097)),
    '`x` must have at most 4,096 characters, but has 4,097.',
  )
  assert.equal(
    sentence(Type.Integer({ minimum: 1, maximum: 90 }), 91),
    '`x` must be from 1 to 90, but is 91.',
  )
  assert.equal(sentence(Type.Number({ exclusiveMinimum: 0 }), 0), '`x` must be more than 0, but is 0.')
  assert.equal(sentence(Type.Number({ multipleOf: 5 }), 7), '`x` must be a multiple of 5, but is 7.')
  const list = Type.Array(Type.String(), { minItems: 2, maxItems: 3, uniqueItems: true })
  assert.equal(sentence(list, ['a']), '`x` must have at least 2 items, but has 1.')
  assert.equal(sentence(list, ['a', 'a']), '`x` must not hold the same item twice.')
})

test('forms and values', () => {
  assert.equal(sentence(Type.String({ format: 'uuid' }), 'z'), '`x` must be a UUID, but is "z".')
  assert.match(
    sentence(Type.String({ format: 'date-time' }), 'soon'),
    /^`x` must be an ISO-8601 time with a zone/,
  )
  assert.equal(sentence(Type.String({ pattern: '^[a-z]+$' }), 'A'), '`x` must match ^[a-z]+$, but is "A".')
  assert.equal(sentence(Type.Enum(['a', 'b']), 'c'), '`x` must be one of "a", "b", but is "c".')
  assert.equal(
    sentence(Type.Union([Type.Literal('a'), Type.Literal(2), Type.Null()]), {}),
    '`x` must be one of "a", 2, null, but is an object.',
  )
  const own = Type.String({ pattern: '^#', errorMessage: 'must start with #.' })
  assert.equal(sentence(own, 'a'), '`x` must start with #.')
})

test('a tag says which of several forms was meant', () => {
  const forms = Type.Union([
    Type.Object({ type: Type.Literal('button'), title: Type.String() }, { additionalProperties: false }),
    Type.Object(
      { type: Type.Literal('list'), rows: Type.Array(Type.String()) },
      { additionalProperties: false },
    ),
  ])
  assert.equal(sentence(forms, { type: 'list', rows: [1] }), '`x.rows[0]` must be a string, but is a number.')
  assert.equal(sentence(forms, { type: 'lst' }), '`x.type` must be one of "button", "list", but is "lst".')
  assert.equal(sentence(forms, {}), '`x.type` is required.')
  const untagged = Type.Union([
    Type.Object({ id: Type.String() }),
    Type.Object({ link: Type.String(), a: Type.String(), b: Type.String() }),
  ])
  assert.equal(sentence(untagged, { id: 1 }), '`x.id` must be a string, but is a number.')
})

test('every problem is listed, wherever it is', () => {
  const parameter = Type.Object({ text: Type.String() }, { additionalProperties: false })
  const component = Type.Object({ parameters: Type.Array(parameter) }, { additionalProperties: false })
  const body = Type.Object({ to: Type.String(), components: Type.Array(component) })
  const issues = issuesOf(body, { to: 1, components: [{ parameters: 'x' }, { parameters: [{ txt: 'a' }] }] })
  assert.deepEqual(
    issues.map(([param]) => param),
    ['to', 'components[0].parameters', 'components[1].parameters[0].text', 'components[1].parameters[0].txt'],
  )
})

test('rules speak together with the schema, and are asked about any body', () => {
  const rules = (body: unknown) =>
    body === null || 'a' in Object(body) ? [{ param: 'a', message: 'No a.' }] : []
  const body = Type.Object({ b: Type.Optional(Type.Integer()) })
  const checks = compileChecks({ method: 'POST', scope: null, body, rules })
  assert.deepEqual(checks.body({ b: 1 }), { b: 1 })
  const params = (value: unknown) => {
    const issues = failureOf(() => checks.body(value)).options.details?.issues as Issue[]
    return issues.map(issue => issue.param)
  }
  assert.deepEqual(params({ b: 'x', a: 1 }), ['b', 'a', 'a'])
  assert.deepEqual(params(null), ['body', 'a'])
  assert.deepEqual(params({ a: 1 }), ['a', 'a'])
})

test('unknown fields are refused, with the nearest known name', () => {
  const body = Type.Object({
    phone_number_id: Type.Optional(Type.String()),
    text: Type.Optional(Type.String()),
  })
  const about = (name: string) => issuesOf(body, { [name]: 'a' })
  assert.deepEqual(about('txt'), [['txt', '`txt` is not a known field; did you mean `text`?']])
  assert.match(about('phoneNumberId')[0]?.[1] ?? '', /did you mean `phone_number_id`\?$/)
  assert.match(about('phone_number')[0]?.[1] ?? '', /did you mean `phone_number_id`\?$/)
  assert.match(about('zzzzzzzzz')[0]?.[1] ?? '', /known are `phone_number_id`, `text`\.$/)
  const none = compileChecks({ method: 'POST', scope: null })
  assert.equal(failureOf(() => none.body({ a: 1 })).options.param, 'a')
  assert.deepEqual(none.body({}), {})
})

test('a query is read into numbers, booleans and lists, and nonsense is refused', () => {
  const query = listQuery({
    days: Type.Optional(Type.Integer({ minimum: 1, maximum: 90 })),
    active: Type.Optional(Type.Boolean()),
    status: Type.Optional(Type.Array(Type.Enum(['sent', 'read']))),
    q: Type.Optional(Type.String()),
  })
  const checks = compileChecks({ method: 'GET', scope: null, query })
  assert.deepEqual(checks.query({ days: '30', active: 'false', status: 'sent,read', q: '5' }), {
    days: 30,
    active: false,
    status: ['sent', 'read'],
    q: '5',
    limit: 25,
  })
  for (const [name, value] of [
    ['days', 'abc'],
    ['days', '0'],
    ['days', '1.5'],
    ['days', ''],
    ['days', '1e1'],
    ['active', 'maybe'],
    ['status', 'sent,lost'],
    ['q', ['a', 'b']],
    ['q', 'a\0'],
    ['limit', '101'],
    ['limt', '5'],
  ] as const) {
    const failure = failureOf(() => checks.query({ [name]: value as string }))
    assert.ok(failure.options.param?.startsWith(name), `${name}=${value}`)
  }
})

test('JSON that is broken, too deep, poisoned or not storable', () => {
  const code = (text: string | Buffer) => failureOf(() => parseJson(Buffer.from(text))).code
  assert.equal(code('{"a":'), 'malformed_json')
  assert.equal(code(Buffer.from([0x22, 0xff, 0x22])), 'malformed_json')
  assert.equal(code('['.repeat(33) + ']'.repeat(33)), 'malformed_json')
  assert.equal(code('{"a":{"__proto__":{"admin":true}}}'), 'invalid_parameter')
  assert.equal(code('{"\\u005f_proto__":1}'), 'invalid_parameter')
  assert.equal(code('{"constructor":{"prototype":{}}}'), 'invalid_parameter')
  assert.equal(code('{"a":["x\\u0000"]}'), 'invalid_parameter')
  assert.equal(code('{"a":"\\ud83d"}'), 'invalid_parameter')
  const deep = `${'['.repeat(32)}"[[[[{{{{\\"["${']'.repeat(32)}`
  for (const fine of ['{"a":"\\\\u0000"}', '{"a":"\\ud83d\\ude00"}', '{"constructor":"x"}', deep]) {
    assert.deepEqual(parseJson(Buffer.from(fine)), JSON.parse(fine))
  }
})

test('pages', () => {
  const rows = Array.from({ length: 4 }, (_, at) => ({ id: `0000000${at}-0000-7000-8000-000000000000` }))
  const { data, next_cursor } = page(rows, 3, row => row.id)
  assert.equal(data.length, 3)
  assert.equal(decodeCursor(IdCursor, next_cursor ?? undefined), rows[2]?.id)
  assert.equal(page(rows, 4, row => row.id).next_cursor, null)
  assert.equal(page([], 4, () => 0).next_cursor, null)
  for (const wrong of ['%%%', encodeCursor(5), encodeCursor('x'), 'bm9wZQ']) {
    assert.equal(failureOf(() => decodeCursor(IdCursor, wrong)).options.param, 'cursor')
  }
})
