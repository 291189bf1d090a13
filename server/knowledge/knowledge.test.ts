// What a bot knows, over its API: texts and files of every kind, in, found, changed and forgotten.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Answered, apiOf, type Journey, startJourney } from '../../test/carom.ts'
import { makeDocx, makePdf, paragraph } from './files/files.fixture.ts'

let carom: Journey
let bot_id: string
before(async () => {
  carom = await startJourney()
  const made = await carom.api('POST', '/bots', { name: 'Bakery', config: { language: 'en' } })
  bot_id = made.body.id
})
after(() => carom.close())

async function ok(method: string, path: string, body?: unknown, status = 200) {
  const answer = await carom.api(method, `/bots/${bot_id}/knowledge${path}`, body)
  assert.equal(answer.status, status, answer.text)
  return answer.body
}

type File = { name: string; type: string; bytes: Buffer | string; title?: string }

async function upload({ name, type, bytes, title }: File, headers = {}): Promise<Answered> {
  const form = new FormData()
  if (title) form.set('title', title)
  form.set('file', new Blob([new Uint8Array(Buffer.from(bytes))], { type }), name)
  const packed = new Response(form)
  const body = Buffer.from(await packed.arrayBuffer())
  const more = { 'content-type': packed.headers.get('content-type') ?? '', ...headers }
  return carom.api('POST', `/bots/${bot_id}/knowledge`, body, more)
}

async function best(query: string): Promise<{ title: string; content: string; confidence: number }> {
  const { data } = await ok('POST', '/search', { query })
  assert.ok(data.length > 0, `nothing is found for: ${query}`)
  return data[0]
}

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
const FILES: [File, question: string, answer: RegExp][] = [
  [
    {
      ...{ name: 'opening_hours.pdf', type: 'application/pdf' },
      bytes: makePdf([[{ text: 'The bakery opens at seven in the morning.' }]]),
    },
    ...(['When do you open?', /opens at seven/] as const),
  ],
  [
    {
      ...{ name: 'shipping.docx', type: DOCX },
      bytes: makeDocx(paragraph('Shipping to Norway takes four days.')),
    },
    ...(['How long does shipping to Norway take?', /four days/] as const),
  ],
  [
    {
      ...{ name: 'gifts.html', type: 'text/html', title: 'Gift cards' },
      bytes:
        '<html><head><script>steal()</script></head><body><p>Vouchers last for three years.</p></body></html>',
    },
    ...(['Do gift cards expire?', /^Vouchers last for three years\.$/] as const),
  ],
  [
    { name: 'dogs.md', type: 'text/markdown', bytes: '# Dogs\n\nThey are welcome on a leash.' },
    ...(['May I bring my dog?', /on a leash/] as const),
  ],
  [
    { name: 'parking.txt', type: 'text/plain', bytes: 'You can park in the yard behind the house.' },
    ...(['Where can I park?', /in the yard/] as const),
  ],
]

for (const [file, question, answer] of FILES) {
  test(`${file.name}: its text is found by a question`, async () => {
    const { status, body, text } = await upload(file)
    assert.equal(status, 201, text)
    assert.deepEqual([body.kind, body.filename, body.mime_type], ['file', file.name, file.type])
    assert.deepEqual([body.size, body.passage_count], [Buffer.byteLength(file.bytes), 1])
    const name = file.title ?? file.name.replace(/\.\w+$/, '').replace('_', ' ')
    const found = await best(question)
    assert.deepEqual([found.title, body.title], [name, name])
    assert.match(found.content, answer)
    assert.match((await ok('GET', `/${body.id}`)).content, answer)
  })
}

test('a text is added, found through slips of the pen, changed and forgotten', async () => {
  const text = { title: 'Cakes', content: 'Birthday cakes are made to order within two days.' }
  const made = await ok('POST', '', text, 201)
  assert.deepEqual([made.kind, made.language, made.passage_count], ['text', 'english', 1])
  assert.match((await best('How quick do you make brithday cakes?')).content, /two days/)
  await ok('PUT', `/${made.id}`, { content: 'Birthday cakes are made to order within five days.' })
  assert.match((await best('birthday cake')).content, /five days/)
  await ok('DELETE', `/${made.id}`, undefined, 204)
  await ok('DELETE', `/${made.id}`, undefined, 404)
  assert.deepEqual((await ok('POST', '/search', { query: 'birthday' })).data, [])
})

test('pages of what it knows, the newest first', async () => {
  const first = await ok('GET', '?limit=3')
  const rest = await ok('GET', `?limit=3&cursor=${first.next_cursor}`)
  const titles = [...first.data, ...rest.data].map((one: { title: string }) => one.title)
  assert.deepEqual(titles, ['parking', 'dogs', 'Gift cards', 'shipping', 'opening hours'])
  assert.equal(rest.next_cursor, null)
})

test('one Idempotency-Key is one document, also of a file', async () => {
  const file = { name: 'tea.txt', type: 'text/plain', bytes: 'Tea is served all day.' }
  const headers = { 'idempotency-key': 'tea' }
  const [one, two] = [await upload(file, headers), await upload(file, headers)]
  assert.deepEqual([one.status, two.text], [201, one.text])
  assert.equal(two.headers.get('idempotent-replayed'), 'true')
  assert.equal((await ok('GET', '')).data.length, 6)
  const refused = await carom.api('PUT', `/bots/${bot_id}/knowledge/${one.body.id}`, { content: 'x' })
  assert.deepEqual([refused.status, refused.body.error.param], [409, 'content'], 'the file says what it says')
})

test('what cannot be taken is refused in a sentence, and leaves nothing behind', async () => {
  const refusals: [File, number, RegExp][] = [
    [{ name: 'a.jpg', type: 'image/jpeg', bytes: Buffer.from('ffd8ffe000104a464946', 'hex') }, 415, /PDF/],
    [{ name: 'a.pdf', type: 'application/pdf', bytes: 'Not a PDF at all.' }, 415, /plain text/],
    [{ name: 'a.txt', type: 'text/plain', bytes: ' \n ' }, 422, /no text/],
    [{ name: 'a.txt', type: 'text/plain', bytes: Buffer.alloc(20_971_521, 'a ') }, 413, /20 MB/],
  ]
  for (const [file, status, message] of refusals) {
    const answer = await upload(file)
    assert.deepEqual([answer.status, answer.body.error.param], [status, 'file'], answer.text)
    assert.match(answer.body.error.message, message)
  }
  const { error } = await ok('POST', '', { titel: 'x', content: '' }, 422)
  assert.deepEqual(error.details.issues.map((one: { param: string }) => one.param).sort(), [
    'content',
    'titel',
    'title',
  ])
  assert.equal((await ok('GET', '')).data.length, 6)
})

test('a bot knows nothing of what another one knows, and scopes are kept', async () => {
  const other = await carom.api('POST', '/bots', { name: 'Other' })
  const { body } = await carom.api('POST', `/bots/${other.body.id}/knowledge/search`, { query: 'dog' })
  assert.deepEqual(body.data, [])
  const made = await carom.api('POST', '/keys', { name: 'reader', scopes: ['knowledge:read'] })
  const reader = apiOf(carom.url, made.body.key)
  assert.equal((await reader('GET', `/bots/${bot_id}/knowledge`)).status, 200)
  const refused = await reader('POST', `/bots/${bot_id}/knowledge`, { title: 'x', content: 'x' })
  assert.deepEqual([refused.status, refused.body.error.details.required], [403, ['knowledge:write']])
})
