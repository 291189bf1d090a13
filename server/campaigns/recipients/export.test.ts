// Recipients as CSV: everything that was brought goes out and comes in again as it was, whatever it says.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { newCampaign, OFFER, recipientsOf, upload } from '../../../test/campaigns.ts'
import { eventually, type Journey, startJourney } from '../../../test/carom.ts'

let carom: Journey
before(async () => {
  carom = await startJourney()
})
after(() => carom.close())

const exported = (id: string, query = '') =>
  carom.api('GET', `/whatsapp/campaigns/${id}/recipients.csv${query}`)

const NASTY = [
  ...[
    '=1+1',
    "'=1",
    "''=x",
    '@sum',
    '-5',
    '+49',
    '\tx',
    '\rx',
    '"',
    '""',
    'a"b',
    ',',
    ';',
    '|',
    'a\r\nb',
    'a\nb',
  ],
  ...[
    ' x ',
    '\u00a0',
    'sep=;',
    'ä€🙂',
    '\u2028',
    "'",
    '\\',
    '\\n',
    'null',
    '{}',
    '0049',
    '4.9E+12',
    '\ufeffx',
  ],
]

const value = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter(text => !text.includes('\0')),
)
/** Names of ours are told apart by a suffix, and a column of numbers is one. */
const OWN = /^(to|status|outcome|error_code|country|attempts|message_id|wamid|\w+_at)$/i
const name = fc
  .oneof(
    fc.constantFrom('first_name', 'First Name', '=x', 'Größe', 'a,b', 'phone', '"', '__proto__x'),
    fc.string({ minLength: 1, maxLength: 12 }),
  )
  .map(text => text.replaceAll('\0', '').replace(/\s+/g, ' ').trim())
  .filter(text => text !== '' && text !== '__proto__' && !OWN.test(text) && text.isWellFormed())

const people = fc.uniqueArray(name, { minLength: 1, maxLength: 5 }).chain(names =>
  fc
    .array(fc.tuple(...names.map(() => fc.option(value, { nil: undefined }))), { minLength: 1, maxLength: 8 })
    .map(rows =>
      rows.map((cells, at) => ({
        to: `+1555010${String(at).padStart(4, '0')}`,
        variables: Object.fromEntries(
          names.flatMap((key, n) => (cells[n] === undefined ? [] : [[key, cells[n]]])),
        ),
      })),
    ),
)

const variablesOf = (rows: { to: string; variables: Record<string, unknown> | null }[], names: Set<string>) =>
  rows.map(row => [
    row.to,
    Object.fromEntries(
      Object.entries(row.variables ?? {})
        .filter(([key]) => names.has(key))
        .sort(),
    ),
  ])

test('what is exported can be uploaded again, and nothing has changed', async () => {
  await fc.assert(
    fc.asyncProperty(people, async recipients => {
      const first = await newCampaign(carom.api, { recipients })
      const csv = await exported(first)
      const second = await newCampaign(carom.api)
      const { body, text } = await upload(carom.api, second, csv.text)
      assert.deepEqual([body.added, body.invalid], [recipients.length, 0], text)
      const names = new Set(recipients.flatMap(one => Object.keys(one.variables)))
      assert.deepEqual(
        variablesOf(await recipientsOf(carom.api, second), names),
        variablesOf(await recipientsOf(carom.api, first), names),
      )
    }),
    { numRuns: 60 },
  )
})

test('a row for each, with what became of it in words', async () => {
  // A stranger to WhatsApp; one who wants no marketing; one without a name; one whom Meta spares for a day; one who reads.
  await carom.api('PUT', '/whatsapp/contacts/%2B15550101002/consent', { value: 'stop' })
  const id = await newCampaign(carom.api, { ...OFFER, name: 'Spring: 20 % off' })
  const people = 'to,name\n+15550109026,A\n+15550101002,B\n+15550101003,\n+15550109049,D\n+15550101004,E\n'
  assert.equal((await upload(carom.api, id, people)).body.added, 5)
  assert.equal((await carom.api('POST', `/whatsapp/campaigns/${id}/launch`)).status, 202)
  await eventually(async () => {
    const { counts } = (await carom.api('GET', `/whatsapp/campaigns/${id}`)).body
    assert.deepEqual(
      [counts.read, counts.sent, counts.failed, counts.skipped, counts.pending],
      [1, 2, 2, 1, 1],
    )
  })
  const answer = await exported(id)
  assert.equal(answer.headers.get('content-type'), 'text/csv; charset=utf-8')
  assert.equal(answer.headers.get('content-disposition'), 'attachment; filename="Spring-20-off.csv"')
  const rows = parse(answer.text, { columns: true, bom: true }) as Record<string, string>[]
  assert.deepEqual(
    rows.map(row => [row.to, row.status, row.error_code]),
    [
      ['+15550109026', 'failed', '131026'],
      ['+15550101002', 'skipped', 'opted_out'],
      ['+15550101003', 'failed', 'template_parameters_mismatch'],
      ['+15550109049', 'pending', ''],
      ['+15550101004', 'read', ''],
    ],
  )
  const words = [/Undeliverable/, /not want marketing/, /"name" has no value/, /^Waits until 20/, /and read/]
  for (const [at, said] of words.entries()) assert.match(rows[at]?.outcome ?? '', said)
  const failed = parse((await exported(id, '?status=failed')).text, { columns: true, bom: true })
  assert.equal(failed.length, 2)
  const list = await recipientsOf(carom.api, id, '&status=failed')
  assert.deepEqual(
    list.map(one => [one.to, one.error?.code ?? one.reason?.code]),
    [
      ['+15550109026', 131026],
      ['+15550101003', 'template_parameters_mismatch'],
    ],
  )
  const failures = (await carom.api('GET', `/whatsapp/campaigns/${id}/failures`)).body.data
  assert.deepEqual(
    failures.map((one: { code: string; recipients: number; retry: string; examples: string[] }) => [
      one.code,
      one.recipients,
      one.retry,
      one.examples,
    ]),
    [
      ['131026', 1, 'never', ['+15550109026']],
      ['template_parameters_mismatch', 1, 'never', ['+15550101003']],
    ],
  )
  assert.equal((await recipientsOf(carom.api, id, '&to=%2B15550101002')).length, 1)
  assert.equal((await carom.api('GET', `/whatsapp/campaigns/${id}/recipients?status=lost`)).status, 422)
})
