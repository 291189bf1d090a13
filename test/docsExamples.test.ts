// Every curl line of the README and the docs, run as it stands against a fresh sandbox, in the order of the page.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { ADA, eventually, type Journey, NUMBER, startJourney } from './carom.ts'

const inShell = promisify(execFile)

const ROOT = join(import.meta.dirname, '..')

/** README first, then every page of the docs that shows an example. */
const PAGES = ['README.md', ...(await Array.fromAsync(glob('docs/*.md', { cwd: ROOT }))).sort()]

let journey: Journey
/** A message that Ada wrote, as the examples call it. */
let message_id: string
/** The template that was created last. */
let template_id = ''

before(async () => {
  journey = await startJourney()
})
after(() => journey.close())

for (const page of PAGES) {
  const examples = await examplesOf(page)
  if (examples.length === 0) continue
  test(`the examples of ${page} work`, async () => {
    message_id = await adaWrites()
    for (const example of examples) {
      await reviewed(example)
      const { status, text } = await run(example)
      if (text.includes('"meta_template_id"')) template_id = JSON.parse(text).id ?? template_id
      assert.ok(status >= 200 && status < 300, `${example}\n\nanswered ${status}: ${text}`)
    }
  })
}

/** What is done with a template wants it out of review, which takes the simulator two seconds. */
async function reviewed(example: string): Promise<void> {
  if (!/TEMPLATE_ID|parcel_sent/.test(example) || template_id === '') return
  await eventually(async () => {
    const { body } = await journey.api('GET', `/whatsapp/templates/${template_id}`)
    assert.notEqual(body.status, 'PENDING')
  })
}

/** The texts say "write back as Ada" before they answer her. */
async function adaWrites(): Promise<string> {
  const message = { phone_number_id: NUMBER, user: ADA.replace('+', ''), text: 'Hello' }
  const { body } = await journey.sim('POST', '/_sim/messages', message)
  return eventually(async () => {
    const found = await journey.api('GET', `/whatsapp/messages/${encodeURIComponent(body.id)}`)
    assert.equal(found.status, 200)
    return found.body.id
  })
}

async function examplesOf(page: string): Promise<string[]> {
  const text = await readFile(join(ROOT, page), 'utf8')
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(match => match[1] ?? '')
  return blocks.filter(block => block.startsWith('curl'))
}

/** What curl would do with these words; a machine with Node alone has no curl. */
async function run(example: string): Promise<{ status: number; text: string }> {
  const words = await shellWords(example.replaceAll('http://127.0.0.1:4000', journey.url))
  const headers: [string, string][] = []
  let url = ''
  let body: string | undefined
  let method: string | undefined
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    if (word === '-H') headers.push(header(words[++at] ?? ''))
    else if (word === '-d') body = words[++at] ?? ''
    else if (word === '-X') method = words[++at] ?? ''
    else if (word.startsWith('http')) url = word
    else assert.equal(word, '-s', `the example uses ${word}, which this test does not know`)
  }
  const sends = body === undefined ? {} : { body }
  const response = await fetch(url, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers,
    ...sends,
  })
  return { status: response.status, text: await response.text() }
}

function header(text: string): [string, string] {
  const colon = text.indexOf(':')
  return [text.slice(0, colon), text.slice(colon + 1).trim()]
}

/** The words that a shell hands to curl: here to a function of that name, which prints them. */
async function shellWords(example: string): Promise<string[]> {
  const { PATH = '' } = process.env
  const env = { PATH, CAROM_KEY: journey.owner_key, MESSAGE_ID: message_id, TEMPLATE_ID: template_id }
  const { stdout } = await inShell('sh', ['-c', `curl() { printf '%s\\0' "$@"; }\n${example}`], { env })
  return stdout.split('\0').slice(0, -1)
}
