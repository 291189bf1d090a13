// Every curl line of the README and the docs, run as it stands against a fresh sandbox, in the order of the page.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { interactives } from '../server/messages/documentedInteractive.ts'
import { MEDIA_TYPES } from '../server/messages/kinds/media.ts'
import { ADA, eventually, type Journey, NUMBER, startJourney } from './carom.ts'

const inShell = promisify(execFile)

const ROOT = join(import.meta.dirname, '..')
const SAMPLES = join(ROOT, 'simulator/media/samples')

/** README first, then every page of the docs that shows an example. */
const PAGES = ['README.md', ...(await Array.fromAsync(glob('docs/*.md', { cwd: ROOT }))).sort()]

let journey: Journey
/** What the examples call by these names: a message that Ada wrote, a photo that she sent, the account. */
let names: { MESSAGE_ID: string; MEDIA_ID: string; ACCOUNT_ID: string; CONVERSATION_ID: string }
/** The template that was created last. */
let template_id = ''
/** The first bot, which needs no model, what it was taught last, and the note that was made last. */
let bot_id = ''
let document_id = ''
let note_id = ''
/** The endpoint, and the delivery to it, that was told of last. */
let webhook_id = ''
let delivery_id = ''
/** The campaign that was made last. */
let campaign_id = ''

before(async () => {
  journey = await startJourney()
})
after(() => journey.close())

for (const page of PAGES) {
  const examples = await examplesOf(page)
  if (examples.length === 0) continue
  test(`the examples of ${page} work`, async () => {
    const [account] = (await journey.api('GET', '/whatsapp/accounts')).body.data
    const MEDIA_ID = String((await adaSends({ type: 'image' })).content.id)
    const MESSAGE_ID = (await adaSends({ text: 'Hello' })).id
    const [thread] = (await journey.api('GET', '/conversations')).body.data
    names = { MESSAGE_ID, MEDIA_ID, ACCOUNT_ID: account?.id ?? '', CONVERSATION_ID: thread?.id ?? '' }
    for (const example of examples) {
      await reviewed(example)
      for (const words of await curlsIn(example)) {
        const { status, text } = await run(words)
        if (text.includes('"system_prompt"')) bot_id ||= JSON.parse(text).id ?? ''
        if (text.includes('"passage_count"')) document_id = idIn(JSON.parse(text)) ?? document_id
        if (text.includes('"author"')) note_id = idIn(JSON.parse(text)) ?? note_id
        if (text.includes('"previous_secret_valid_until"')) webhook_id = JSON.parse(text).id ?? webhook_id
        if (text.includes('"next_attempt_at"')) delivery_id = idIn(JSON.parse(text)) ?? delivery_id
        if (text.includes('"quiet_hours"')) campaign_id = JSON.parse(text).id ?? campaign_id
        if (text.includes('"meta_template_id"')) template_id = JSON.parse(text).id ?? template_id
        assert.ok(status >= 200 && status < 300, `${words.join(' ')}\n\nanswered ${status}: ${text}`)
      }
    }
  })
}

test('there is an example for every kind of message, and each is on the phone', async () => {
  const { data } = (await journey.sim('GET', '/_sim/messages?direction=to_user&limit=500')).body
  const shown = new Set(data.map((sent: Sent) => sent.content.type ?? sent.type))
  const kinds = ['text', 'template', ...MEDIA_TYPES, 'location', 'contacts', 'reaction']
  const missing = [...kinds, ...Object.values(interactives).map(({ type }) => type)].filter(
    kind => !shown.has(kind),
  )
  assert.deepEqual(missing, [])
})

const idIn = (body: { id?: string; data?: { id: string }[] }) => body.id ?? body.data?.[0]?.id

type Sent = { type: string; content: { type?: string } }
/** What is done with a template wants it out of review, which takes the simulator two seconds. */
async function reviewed(example: string): Promise<void> {
  if (!/TEMPLATE_ID|parcel_sent/.test(example) || template_id === '') return
  await eventually(async () => {
    const { body } = await journey.api('GET', `/whatsapp/templates/${template_id}`)
    assert.notEqual(body.status, 'PENDING')
  })
}

/** The texts say "write back as Ada" before they answer her. */
async function adaSends(content: object) {
  const message = { phone_number_id: NUMBER, user: ADA.replace('+', ''), ...content }
  const { body } = await journey.sim('POST', '/_sim/messages', message)
  return eventually(async () => {
    const found = await journey.api('GET', `/whatsapp/messages/${encodeURIComponent(body.id)}`)
    assert.equal(found.status, 200)
    return found.body
  })
}

async function examplesOf(page: string): Promise<string[]> {
  const text = await readFile(join(ROOT, page), 'utf8')
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(match => match[1] ?? '')
  return blocks.filter(block => /^(#.*\n)*curl/.test(block))
}

/** What curl would do with these words; a machine with Node alone has no curl. */
async function run(words: string[]): Promise<{ status: number; text: string }> {
  const headers: [string, string][] = []
  const form = new FormData()
  let url = ''
  let body: string | Uint8Array<ArrayBuffer> | FormData | undefined
  let method: string | undefined
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    if (word === '-H') headers.push(header(words[++at] ?? ''))
    else if (word === '-d') body = words[++at] ?? ''
    else if (word === '--data-binary') body = await binary(words[++at] ?? '')
    else if (word === '-F') body = await formWith(form, words[++at] ?? '')
    else if (word === '-X') method = words[++at] ?? ''
    else if (word === '-o') at++
    else if (word === '-N') continue
    else if (word.startsWith('http')) url = word
    else assert.equal(word, '-s', `the example uses ${word}, which this test does not know`)
  }
  const sends = body === undefined ? {} : { body }
  const response = await fetch(url, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers,
    ...sends,
  })
  const endless = response.headers.get('content-type')?.startsWith('text/event-stream')
  if (!endless) return { status: response.status, text: await response.text() }
  await response.body?.cancel()
  return { status: response.status, text: '' }
}

async function formWith(form: FormData, field: string): Promise<FormData> {
  const [name = '', value = ''] = field.split('=', 2)
  const file = value.replace('@', '')
  form.append(name, value === file ? value : new File([await sample(file)], file))
  return form
}

/** A file's name after an `@`, or the bytes themselves. */
function binary(value: string): Promise<Uint8Array<ArrayBuffer>> | string {
  return value.startsWith('@') ? sample(value.slice(1)) : value
}

const sample = async (name: string) => new Uint8Array(await readFile(join(SAMPLES, name)))

function header(text: string): [string, string] {
  const colon = text.indexOf(':')
  return [text.slice(0, colon), text.slice(colon + 1).trim()]
}

const END = '(end)'

/** The words that a shell hands to each curl: here to a function of that name, which prints them. */
async function curlsIn(example: string): Promise<string[][]> {
  const { PATH = '' } = process.env
  const env = {
    PATH,
    CAROM_KEY: journey.owner_key,
    ...names,
    TEMPLATE_ID: template_id,
    BOT_ID: bot_id,
    DOCUMENT_ID: document_id,
    NOTE_ID: note_id,
    WEBHOOK_ID: webhook_id,
    DELIVERY_ID: delivery_id,
    CAMPAIGN_ID: campaign_id,
  }
  const script = `curl() { printf '%s\\0' "$@" '${END}'; }\n${example.replaceAll('http://127.0.0.1:4000', journey.url)}`
  const { stdout } = await inShell('sh', ['-c', script], { env })
  const curls: string[][] = [[]]
  for (const word of stdout.split('\0').slice(0, -1)) {
    if (word === END) curls.push([])
    else curls.at(-1)?.push(word)
  }
  return curls.slice(0, -1)
}
