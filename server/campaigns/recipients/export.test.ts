// Recipients as CSV: everything that was brought goes out and comes in again as it was, whatever it says.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { newCampaign, recipientsOf, upload } from '../../../test/audience.ts'
import { type Journey, startJourney } from '../../../test/carom.ts'

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
  const id = await newCampaign(carom.api, {
    name: 'Spring: 20 % off',
    recipients: [1, 2, 3, 4].map(n => ({ to: `+1555010100${n}` })),
  })
  const { db } = carom.carom.rooms.campaigns
  const { body: message } = await carom.api('POST', '/whatsapp/messages/template', {
    ...{ phone_number_id: '500100200300401', to: '+15550109026', template: 'hello_world', language: 'en_US' },
  })
  const set = (ord: number, values: string) =>
    db.pool.query(`update campaign_recipients set ${values} where campaign_id = $1 and ord = ${ord}`, [id])
  await set(1, `state = 'expanded', attempts = 1, message_id = '${message.id}'`)
  await set(2, `state = 'skipped', reason = '{"code":"opted_out","message":"Wants no marketing."}'`)
  await set(
    3,
    `state = 'failed', reason = '{"code":"template_parameters_mismatch","message":"\\"day\\" has no value."}'`,
  )
  await db.pool.query(
    `update messages set status = 'failed', error = '{"code":131026,"title":"Message undeliverable","cause":"Not on WhatsApp.","fix_by":"recipient","retry":"never","next_step":"Use another channel."}' where id = $1`,
    [message.id],
  )
  const answer = await exported(id)
  assert.equal(answer.headers.get('content-type'), 'text/csv; charset=utf-8')
  assert.equal(answer.headers.get('content-disposition'), 'attachment; filename="Spring-20-off.csv"')
  const rows = parse(answer.text, { columns: true, bom: true }) as Record<string, string>[]
  assert.deepEqual(
    rows.map(row => [row.to, row.status, row.error_code, row.outcome]),
    [
      ['+15550101001', 'failed', '131026', 'Message undeliverable. Not on WhatsApp. Use another channel.'],
      ['+15550101002', 'skipped', 'opted_out', 'Wants no marketing.'],
      ['+15550101003', 'failed', 'template_parameters_mismatch', '"day" has no value.'],
      ['+15550101004', 'pending', '', 'Waits for its turn.'],
    ],
  )
  const failed = parse((await exported(id, '?status=failed')).text, { columns: true, bom: true })
  assert.equal(failed.length, 2)
  const list = await recipientsOf(carom.api, id, '&status=failed')
  assert.deepEqual(
    list.map(one => [one.to, one.error?.code ?? one.reason?.code]),
    [
      ['+15550101001', 131026],
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
      ['131026', 1, 'never', ['+15550101001']],
      ['template_parameters_mismatch', 1, 'never', ['+15550101003']],
    ],
  )
  assert.equal((await recipientsOf(carom.api, id, '&to=%2B15550101002')).length, 1)
  assert.equal((await carom.api('GET', `/whatsapp/campaigns/${id}/recipients?status=lost`)).status, 422)
})
