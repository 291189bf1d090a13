// The verification snippets of docs/events.md, run as they stand against what Carom signs: in TypeScript, and in Python and Go
// where the machine has them.

import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { keyOf, signStandard } from '../server/events/deliveries/sign.ts'

const secret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`
const older = `whsec_${Buffer.alloc(24, 3).toString('base64')}`
const body = '{"id":"019ab8c1","type":"message.received","data":{"text":"Grüße, Ada 🌷"}}'
const keys = [older, secret].map(one => keyOf(one, 'standard'))
const at_s = Math.floor(Date.now() / 1000)
const signed = (id: string, at = at_s) => signStandard({ id, at_s: at, body }, keys)

/** What is given, and whether it is from Carom. */
const cases = [
  { what: 'as it is', headers: signed('019ab8c1'), body, expected: true },
  { what: 'another body', headers: signed('019ab8c1'), body: `${body} `, expected: false },
  { what: 'another id', headers: { ...signed('019ab8c1'), 'webhook-id': '019ab8c2' }, body, expected: false },
  { what: 'too old', headers: signed('019ab8c1', at_s - 3600), body, expected: false },
  {
    what: 'no signature',
    headers: { ...signed('019ab8c1'), 'webhook-signature': 'v1,' },
    body,
    expected: false,
  },
]

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carom-snippets-'))
  await writeFile(join(folder, 'cases.json'), JSON.stringify({ secret, cases }))
})
after(() => rm(folder, { recursive: true, force: true }))

async function snippet(language: string): Promise<string> {
  const page = await readFile(join(import.meta.dirname, '../docs/events.md'), 'utf8')
  return new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? assert.fail(`no ${language}`)
}

const has = (program: string) =>
  spawnSync(program, ['--version']).status === 0 || spawnSync(program, ['version']).status === 0
const wanted = cases.map(one => one.expected)

test('TypeScript', async () => {
  const file = join(folder, 'verify.ts')
  await writeFile(file, await snippet('ts'))
  const { isFromCarom } = await import(file)
  assert.deepEqual(
    cases.map(one => isFromCarom(secret, one.headers, one.body)),
    wanted,
  )
})

test('Python', has('python3') ? {} : { skip: 'there is no python3' }, async () => {
  const program = `${await snippet('python')}
import json
given = json.load(open("cases.json"))
print(json.dumps([is_from_carom(given["secret"], c["headers"], c["body"].encode()) for c in given["cases"]]))
`
  await writeFile(join(folder, 'verify.py'), program)
  const out = execFileSync('python3', ['verify.py'], { cwd: folder, encoding: 'utf8' })
  assert.deepEqual(JSON.parse(out), wanted)
})

test('Go', has('go') ? {} : { skip: 'there is no go' }, async () => {
  const code = await snippet('go')
  const imports = code.replace('import (', 'import (\n\t"encoding/json"\n\t"fmt"\n\t"os"')
  const program = `package main

${imports}
func main() {
	var given struct {
		Secret string
		Cases  []struct {
			Headers map[string]string
			Body    string
		}
	}
	text, _ := os.ReadFile("cases.json")
	json.Unmarshal(text, &given)
	found := []bool{}
	for _, c := range given.Cases {
		h := http.Header{}
		for name, value := range c.Headers {
			h.Set(name, value)
		}
		found = append(found, IsFromCarom(given.Secret, h, []byte(c.Body)))
	}
	out, _ := json.Marshal(found)
	fmt.Println(string(out))
}
`
  await writeFile(join(folder, 'verify.go'), program)
  const out = execFileSync('go', ['run', 'verify.go'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, GO111MODULE: 'off' },
  })
  assert.deepEqual(JSON.parse(out), wanted)
})
