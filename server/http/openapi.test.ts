import assert from 'node:assert/strict'
import { test } from 'node:test'
import Type from 'typebox'
import { Check } from 'typebox/value'
import { exampleRoutes } from '../../test/exampleRoutes.ts'
import { exampleProblems, openApiProblems } from '../../test/openApiProblems.ts'
import { catalogue, type ErrorCode } from '../kit/errors.ts'
import { openApiDocument } from './openapi.ts'
import { ErrorEnvelope, errorExample } from './openapiErrors.ts'
import type { Route } from './route.ts'

// biome-ignore lint/suspicious/noExplicitAny: a document is walked here by hand
const print = (routes: Route[] = exampleRoutes()): any => openApiDocument(routes, { version: '1.2.3' })

const plain: Route = {
  method: 'GET',
  path: '/things',
  scope: null,
  tag: 'things',
  summary: 'Things',
  replies: { 200: Type.Object({}) },
  errors: [],
  handle: async () => ({ status: 200 }),
}

test('the document of a realistic table is sound, and its examples fit', () => {
  assert.deepEqual(openApiProblems(print()), [])
  assert.deepEqual(exampleProblems(exampleRoutes()), [])
})

test('every error example fits the envelope', () => {
  for (const code of Object.keys(catalogue) as ErrorCode[]) {
    assert.ok(Check(ErrorEnvelope, errorExample(code)), code)
    assert.equal(errorExample(code).error.code, code)
  }
})

test('paths: the prefix, root routes, parameters in braces, hidden routes left out', () => {
  const { paths } = print()
  assert.deepEqual(Object.keys(paths), [
    '/api/v1/whatsapp/messages',
    '/api/v1/whatsapp/messages/{message_id}',
    '/api/v1/whatsapp/media',
    '/api/v1/keys',
    '/healthz',
  ])
  const read = paths['/api/v1/whatsapp/messages/{message_id}'].get
  assert.equal(read.operationId, 'getWhatsappMessagesByMessageId')
  const [id, limit] = read.parameters
  assert.deepEqual(id, {
    in: 'path',
    name: 'message_id',
    required: true,
    description: 'Our id or a wamid.',
    schema: { type: 'string' },
  })
  assert.deepEqual(limit.schema, { type: 'integer', minimum: 1, maximum: 100, default: 25 })
  assert.equal(limit.required, false)
})

test('shared schemas become components, literals an enum, nullable a type list, tuples prefixItems', () => {
  const { components, paths } = print()
  assert.deepEqual(Object.keys(components.schemas), ['Contact', 'Error', 'Message', 'MetaProblem'])
  const { properties } = components.schemas.Message
  assert.deepEqual(properties.contact, { $ref: '#/components/schemas/Contact' })
  assert.deepEqual(properties.status, { type: 'string', enum: ['queued', 'sending', 'accepted'] })
  assert.deepEqual(properties.wamid, { type: ['string', 'null'] })
  assert.equal(properties.campaign_id.format, 'uuid')
  const upload = paths['/api/v1/whatsapp/media'].post
  assert.ok(upload.requestBody.content['multipart/form-data'])
  assert.deepEqual(upload.responses['201'].content['application/json'].schema.properties.at, {
    type: 'array',
    prefixItems: [{ type: 'integer' }, { type: 'integer' }],
    items: false,
    minItems: 2,
  })
})

test('several bodies are shown by their names, instead of the one', () => {
  const bodies = { short: { text: 'a' }, long: { text: 'aaa' } }
  const routes = exampleRoutes().map(one =>
    one.method === 'POST' ? { ...one, example: { body: 1, bodies } } : one,
  )
  const { content } = print(routes).paths['/api/v1/whatsapp/messages'].post.requestBody
  assert.deepEqual(content['application/json'].examples, {
    short: { value: bodies.short },
    long: { value: bodies.long },
  })
  assert.equal('example' in content['application/json'], false)
})

test('a send: scope, security, headers, examples, and its errors by status', () => {
  const send = print().paths['/api/v1/whatsapp/messages'].post
  assert.equal(send['x-scope'], 'whatsapp:send')
  assert.match(send.description, /Scope: `whatsapp:send`\./)
  assert.deepEqual(send.security, [{ bearer: [] }, { api_key: [] }])
  assert.deepEqual(
    send.parameters.map((parameter: { $ref: string }) => parameter.$ref.split('/').at(-1)),
    ['Prefer', 'IdempotencyKey', 'RequestId'],
  )
  assert.equal(send.requestBody.content['application/json'].example.to, '+15550101001')
  assert.equal(send.responses['201'].content['application/json'].example.status, 'accepted')
  assert.equal(send.responses['202'].content['application/json'].example, undefined)
  const codes = (status: string) => Object.keys(send.responses[status].content['application/json'].examples)
  assert.deepEqual(codes('401'), ['missing_api_key', 'invalid_api_key', 'expired_api_key'])
  assert.deepEqual(codes('403'), ['missing_scope'])
  assert.deepEqual(codes('409'), ['idempotency_key_reused', 'idempotency_key_in_use'])
  assert.ok(codes('422').includes('session_window_closed'))
  assert.deepEqual(codes('429'), ['rate_limited'])
  assert.ok('Retry-After' in send.responses['429'].headers)
  assert.ok('500' in send.responses && '503' in send.responses)
})

test('a public route asks for no key and answers no key errors', () => {
  const health = print().paths['/healthz'].get
  assert.deepEqual(health.security, [])
  assert.deepEqual(Object.keys(health.responses), ['200', '500'])
})

test('sections come in the order of need, with a sentence; unknown tags come last', () => {
  const { tags } = print([plain, ...exampleRoutes()])
  assert.deepEqual(
    tags.map((tag: { name: string }) => tag.name),
    ['Messages', 'Media', 'Keys', 'Operations', 'things'],
  )
  assert.ok(tags[0].description)
})

test('mistakes in the table are refused with a sentence', () => {
  assert.throws(() => print([plain, plain]), /Two routes answer GET \/api\/v1\/things/)
  const other = { ...plain, path: '/others', replies: { 200: Type.String({ $id: 'Same' }) } }
  const same = { ...plain, replies: { 200: Type.Integer({ $id: 'Same' }) } }
  assert.throws(() => print([other, same]), /Two different schemas have the \$id Same/)
})

test('the checks themselves catch what they are for', () => {
  const broken = print()
  const send = broken.paths['/api/v1/whatsapp/messages'].post
  send.responses['201'].content['application/json'].schema = { $ref: '#/components/schemas/Nowhere' }
  send.requestBody.content['application/json'].schema.properties.text.type = 'text'
  broken.paths['/api/v1/whatsapp/messages/{message_id}'].get.parameters.shift()
  const problems = openApiProblems(broken).join('\n')
  assert.match(problems, /Nowhere is nowhere/)
  assert.match(problems, /text is no type/)
  assert.match(problems, /\{message_id\} is not described/)
  const misfit = { ...plain, body: Type.Object({ n: Type.Integer() }), example: { body: { n: 'three' } } }
  assert.match(exampleProblems([misfit]).join(), /GET \/things: example body\/n must be integer/)
})
