// The engine with a model: what the model is told, what becomes of what it says, and of everything that can go wrong.

import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { MockLanguageModelV4 } from 'ai/test'
import { type ModelServer, startModelServer } from '../../../test/modelServer.ts'
import type { BotConfig } from '../schema.ts'
import type { EngineTools, Outcome, TurnInput } from './engine.ts'
import { askModel, askOpened } from './llm.ts'
import { openReach, type Reach } from './reach.ts'
import { passage, said, turn } from './turn.fixture.ts'

let server: ModelServer
let reach: Reach
let tools: EngineTools
let config: BotConfig
before(async () => {
  server = await startModelServer()
  reach = openReach({ private_allowed: true })
  tools = { fetch: reach.fetch }
  config = {
    engine: 'llm',
    provider: 'openai-compatible',
    base_url: server.url,
    model: 'test-model',
    timeout_ms: 2000,
  }
})
beforeEach(() => {
  server.asked.length = 0
  server.answer(() => 'Hello!')
})
after(async () => {
  await reach.close()
  await server.close()
})

const ask = (input: TurnInput) => askModel(input, tools)
const texts = (outcome: Outcome) =>
  outcome.kind === 'answer' ? outcome.messages.map(one => (one.content as { body: string }).body) : outcome

test('the thread, the knowledge and the instructions reach the model, and its answer comes back', async () => {
  server.answer(() => ({ text: 'We open at **nine**.', usage: [321, 12] }))
  const thread = [
    said('Your parcel is on its way.', { from: 'person' }),
    said('Hi'),
    said('Hello, what can I do for you?', { from: 'bot' }),
    said('When do you open?'),
    said('On Monday'),
  ]
  const passages = [passage('Hours', 'We open at nine.')]
  const outcome = await ask(turn({ ...config, language: 'de' }, thread, { before: 3, passages }))
  assert.deepEqual(texts(outcome), ['We open at *nine*.'])
  assert.deepEqual(outcome.spent, { input_tokens: 321, output_tokens: 12 })
  assert.deepEqual([outcome.model, outcome.passages], ['test-model', passages])
  const [asked] = server.asked
  assert.equal(asked?.headers.authorization, 'Bearer sk-test-key-1234567890')
  const { messages, max_tokens, temperature, model } = asked?.body ?? {}
  assert.deepEqual([model, max_tokens, temperature], ['test-model', 800, 0.3])
  assert.deepEqual(
    messages.map((message: { role: string }) => message.role),
    ['system', 'user', 'assistant', 'user', 'assistant', 'user'],
  )
  assert.match(messages[0].content, /You work for a tea shop\./)
  assert.match(messages[0].content, /in de\./)
  const last = JSON.stringify(messages.at(-1).content)
  assert.match(last, /from=\\"knowledge\\" title=\\"Hours\\".*We open at nine.*When do you open\?.*On Monday/)
})

test('secrets, phone numbers and names are no part of what a model is told', async () => {
  await ask(turn(config, [said('Hi')]))
  const { raw } = server.asked[0] ?? { raw: '' }
  for (const secret of ['sk-test', 'whsec', 'MfKQ9r8', '15550101001', 'Ada'])
    assert.ok(!raw.includes(secret), secret)
})

test('pictures are shown; a model that refuses them gets the words', async () => {
  const image = { bytes: Buffer.from('89504e470d0a1a0a', 'hex'), mime_type: 'image/png' }
  const input = turn(config, [said('[picture] What is this?', { type: 'image', image })])
  await ask(input)
  assert.match(server.asked[0]?.raw ?? '', /data:image\/png;base64,iVBORw0KGgo=/)
  server.answer(({ raw }) => (raw.includes('image_url') ? { status: 400 } : 'A word about it.'))
  assert.deepEqual(texts(await ask(input)), ['A word about it.'])
  assert.equal(server.asked.length, 3)
})

test('a long answer is parted, a cut one ends with a whole sentence', async () => {
  server.answer(() => 'This is one of many sentences. '.repeat(200))
  const parts = texts(await ask(turn(config, [said('Tell me all')]))) as string[]
  assert.ok(parts.length === 2 && parts.every(part => part.length <= 4096 && part.endsWith('.')))
  server.answer(() => ({ text: 'First sentence. Second sentence. And then it', finish: 'length' }))
  assert.deepEqual(texts(await ask(turn(config, [said('More')]))), ['First sentence. Second sentence.'])
})

test('what goes wrong is an outcome: what may pass is worth another try, what will not is not', async () => {
  const failures: [Parameters<ModelServer['answer']>[0], string, boolean][] = [
    [() => ({ status: 500 }), 'http_500', true],
    [() => ({ status: 429, headers: { 'retry-after': '7' } }), 'http_429', true],
    [() => ({ status: 401 }), 'http_401', false],
    [() => ({ status: 404 }), 'http_404', false],
    [() => ({ raw: '<html>Bad gateway</html>' }), 'malformed_answer', true],
    [() => ({ raw: '{"choices": []}' }), 'malformed_answer', true],
    [() => ({ raw: '{"choices": [{"message": {"content": "Hel"', cut: true }), 'unreachable', true],
    [() => ({ text: 'Too late', wait_ms: 3000 }), 'timeout', true],
    [() => ({ raw: 'x'.repeat(500), trickle_ms: 20 }), 'timeout', true],
    [() => ({ raw: ' '.repeat(5 * 1024 * 1024) }), 'too_large', true],
    [() => '   ', 'empty_answer', true],
  ]
  for (const [say, code, retry] of failures) {
    server.answer(say)
    const outcome = await ask(turn({ ...config, timeout_ms: 1000 }, [said('Hi')]))
    assert.equal(outcome.kind, 'failed', code)
    if (outcome.kind !== 'failed') continue
    assert.deepEqual([outcome.problem.code, outcome.retry], [code, retry], outcome.problem.message)
    assert.equal(outcome.wait_ms, code === 'http_429' ? 7000 : 0)
  }
})

test('an error of the provider that repeats the key is told without it', async () => {
  const body = { error: { message: 'Incorrect API key provided: sk-test-key-1234567890' } }
  server.answer(() => ({ status: 401, body }))
  const outcome = await ask(turn(config, [said('Hi')]))
  assert.ok(outcome.kind === 'failed')
  assert.equal(outcome.problem.message, 'Incorrect API key provided: ***')
})

test('a model at a private address is not asked where that is forbidden', async () => {
  const strict = openReach({ private_allowed: false })
  const outcome = await askModel(turn(config, [said('Hi')]), { fetch: strict.fetch })
  await strict.close()
  assert.ok(outcome.kind === 'failed')
  assert.deepEqual([outcome.problem.code, outcome.retry], ['not_public', false])
  assert.equal(server.asked.length, 0)
})

test('every provider is asked in its own way, at its own address, with the key of the bot alone', async () => {
  const calls: { url: string; headers: Record<string, string> }[] = []
  const fetch: EngineTools['fetch'] = async (url, { headers = {} }) => {
    calls.push({ url, headers })
    return { status: 500, headers: {}, body: Buffer.from('{}') }
  }
  process.env.OPENAI_API_KEY = process.env.ANTHROPIC_API_KEY = 'sk-of-the-machine'
  for (const provider of ['openai', 'anthropic', 'google'] as const) {
    await askModel(turn({ engine: 'llm', provider, model: 'm' }, [said('Hi')]), { fetch })
    const secrets = { api_key: null, signing_secret: 'whsec_x' }
    await askModel(turn({ engine: 'llm', provider, model: 'm' }, [said('Hi')], { secrets }), { fetch })
  }
  delete process.env.OPENAI_API_KEY
  delete process.env.ANTHROPIC_API_KEY
  assert.deepEqual(
    calls.filter((_, n) => n % 2 === 0).map(call => call.url),
    [
      'https://api.openai.com/v1/chat/completions',
      'https://api.anthropic.com/v1/messages',
      'https://generativelanguage.googleapis.com/v1beta/models/m:generateContent',
    ],
  )
  assert.ok(calls.every((call, n) => JSON.stringify(call.headers).includes('sk-test-key') === (n % 2 === 0)))
  assert.ok(!JSON.stringify(calls).includes('sk-of-the-machine'))
})

const USAGE = {
  inputTokens: { total: 10, noCache: 10, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 20, text: 20, reasoning: undefined },
}

test("the SDK's own mock: a filtered answer is no answer, and reasoning is not said", async () => {
  const mock = (unified: 'stop' | 'content-filter') =>
    new MockLanguageModelV4({
      doGenerate: async () => ({
        content: [
          { type: 'reasoning', text: 'The customer seems to…' },
          { type: 'text', text: 'Certainly.' },
        ],
        finishReason: { unified, raw: undefined },
        ...{ usage: USAGE, warnings: [] },
      }),
    })
  const input = turn(config, [said('Hi')])
  const answered = await askOpened(input, tools, { model: mock('stop'), name: 'mock' })
  assert.deepEqual(
    [texts(answered), answered.spent],
    [['Certainly.'], { input_tokens: 10, output_tokens: 20 }],
  )
  const filtered = await askOpened(input, tools, { model: mock('content-filter'), name: 'mock' })
  assert.ok(filtered.kind === 'unanswerable' && filtered.reason === 'content_filter')
})
