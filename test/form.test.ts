// Holds every source file against the form (test/form.ts).

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formProblems } from './form.ts'
import { readSources } from './sources.ts'

const FOLDERS = ['server', 'simulator', 'sdk', 'cli', 'bench', 'console', 'test']

test('every file is in form', () => {
  const files = readSources(FOLDERS, 'ts,tsx,js,mjs,css,sql')
  assert.ok(files.has('test/form.ts') && files.has('server/config.ts'), 'the sources were found')
  assert.deepEqual(formProblems(files), [])
})

const lines = (count: number) => 'a\n'.repeat(count)

test('what is in form passes', () => {
  const fine: [string, string][] = [
    ['server/messages/send.ts', lines(300)],
    ['server/messages/send.test.ts', lines(400)],
    ['console/vite.config.ts', 'export default {}'],
    ['server/kit/skip.ts', 'const skipped = 1\nexport const defaultLimit = 1'],
    ['server/db/user.test.ts', "const onlyRoot = isRoot ? {} : { skip: 'needs root' }"],
    ['server/messages/todoList.ts', 'for (const commonCase of cases) test.run()'],
  ]
  assert.deepEqual(formProblems(new Map(fine)), [])
})

const forbidden: [path: string, text: string, problem: RegExp][] = [
  ['server/messages/send.ts', lines(301), /301 lines; split it \(at most 300\)/],
  ['server/messages/send.test.ts', lines(401), /401 lines; split it \(at most 400\)/],
  ['server/messages/index.ts', '', /no barrels/],
  ['console/src/index.tsx', '', /no barrels/],
  ['server/utils/phone.ts', '', /"utils" says nothing/],
  ['server/kit/phoneHelpers.ts', '', /"Helpers" says nothing/],
  ['server/messages/session-manager.ts', '', /"manager" says nothing/],
  ['server/messages/send.ts', 'export default function send() {}', /no default exports/],
  ['server/messages/send.ts', 'export { send as default }', /no default exports/],
  ['server/messages/send.ts', `a\n// ${'TO'}${'DO'} later`, /send\.ts:2: .* is left over/],
  ['server/messages/send.ts', `/* ${'FIX'}${'ME'} */`, /send\.ts:1: .* is left over/],
  ['server/messages/send.test.ts', `test.${'only'}('a', () => {})`, /alone \(only\)/],
  [
    'server/messages/send.test.ts',
    `test('a', {${' skip: true'} }, () => {})`,
    /switched off or alone \(skip\)/,
  ],
]

for (const [path, text, problem] of forbidden) {
  test(`it catches ${path}: ${JSON.stringify(text.slice(0, 40))}`, () => {
    const problems = formProblems(new Map([[path, text]]))
    assert.equal(problems.length, 1, problems.join('\n'))
    assert.match(problems[0] ?? '', problem)
  })
}
