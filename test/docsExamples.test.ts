// Every curl line of the README and the docs, run as it stands against a fresh sandbox, in the order of the page.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { ADA, eventually, type Journey, NUMBER, startJourney } from './carom.ts'

const PAGES = ['README.md', 'docs/messages.md', 'docs/accounts.md']

let journey: Journey
before(async () => {
  journey = await startJourney()
})
after(() => journey.close())

for (const page of PAGES) {
  test(`the examples of ${page} work`, async () => {
    const examples = await examplesOf(page)
    assert.ok(examples.length > 0, `${page} shows no example`)
    // The texts say "write back as Ada" before they answer her.
    await journey.sim('POST', '/_sim/messages', {
      phone_number_id: NUMBER,
      user: ADA.replace('+', ''),
      text: 'Hello',
    })
    await eventually(async () => {
      const { body } = await journey.api(
        'GET',
        `/whatsapp/windows?phone_number_id=${NUMBER}&contact=${encodeURIComponent(ADA)}`,
      )
      assert.equal(body.open, true)
    })
    for (const example of examples) {
      const { status, text } = await run(example)
      assert.ok(status >= 200 && status < 300, `${example}\n\nanswered ${status}: ${text}`)
    }
  })
}

async function examplesOf(page: string): Promise<string[]> {
  const text = await readFile(join(import.meta.dirname, '..', page), 'utf8')
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(match => match[1] ?? '')
  return blocks.filter(block => block.startsWith('curl'))
}

/** What curl would do with these words; a machine with Node alone has no curl. */
async function run(example: string): Promise<{ status: number; text: string }> {
  const words = shellWords(example.replaceAll('http://127.0.0.1:4000', journey.url))
  const headers: [string, string][] = []
  let url = ''
  let body: string | undefined
  for (let at = 1; at < words.length; at++) {
    const word = words[at] ?? ''
    if (word === '-H') headers.push(header(words[++at] ?? ''))
    else if (word === '-d') body = words[++at] ?? ''
    else if (word.startsWith('http')) url = word
    else assert.equal(word, '-s', `the example uses ${word}, which this test does not know`)
  }
  const response = await fetch(url, body === undefined ? { headers } : { method: 'POST', headers, body })
  return { status: response.status, text: await response.text() }
}

function header(text: string): [string, string] {
  const colon = text.indexOf(':')
  return [text.slice(0, colon), text.slice(colon + 1).trim()]
}

/** Words as a shell would part them: quotes of both kinds, lines joined by a backslash, $CAROM_KEY filled in. */
function shellWords(line: string): string[] {
  const words = line.replaceAll('\\\n', ' ').matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)
  return [...words].map(
    ([, double, single, bare]) =>
      single ?? (double ?? bare ?? '').replaceAll('$CAROM_KEY', journey.owner_key),
  )
}
