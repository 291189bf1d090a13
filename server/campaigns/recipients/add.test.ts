// Recipients come in: as JSON and CSV, once each, with what is left out counted, all of a call or none.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { newCampaign, recipientsOf, upload } from '../../../test/campaigns.ts'
import { type Answered, apiOf, eventually, type Journey, startJourney } from '../../../test/carom.ts'

let carom: Journey
before(async () => {
  carom = await startJourney()
})
after(() => carom.close())

const json = (id: string, body: unknown, headers?: Record<string, string>): Promise<Answered> =>
  carom.api('POST', `/whatsapp/campaigns/${id}/recipients`, body, headers)
const issuesOf = ({ body }: Answered) => body.error.details.issues

test('JSON, with variables and components of their own', async () => {
  const id = await newCampaign(carom.api)
  const components = [{ type: 'body', parameters: [] }]
  const answer = await json(id, {
    recipients: [
      { to: '+49 151 12345678', variables: { name: 'Zoë', n: 5, place: { latitude: 1 } } },
      { to: 'US.1000200030004000', components },
      { to: 'nobody' },
    ],
  })
  assert.deepEqual([answer.status, answer.body.added, answer.body.invalid], [200, 2, 1], answer.text)
  assert.deepEqual(
    answer.body.errors.map((error: { line: number }) => error.line),
    [3],
  )
  const rows = await recipientsOf(carom.api, id)
  assert.deepEqual(
    rows.map(({ number, to, country, variables, components }) => [
      number,
      to,
      country,
      variables,
      components,
    ]),
    [
      [1, '+4915112345678', 'DE', { name: 'Zoë', n: 5, place: { latitude: 1 } }, null],
      [2, 'US.1000200030004000', 'US', null, components],
    ],
  )
})

test('duplicates are left out and listed: within a file, and of what is there already', async () => {
  const id = await newCampaign(carom.api, { recipients: [{ to: '+15550101001' }] })
  const csv = 'phone,n\n+15550101002,a\n+1 (555) 010-1001,b\n+15550101003,c\n+15550101002,d\n'
  const { body } = await upload(carom.api, id, csv)
  assert.deepEqual([body.added, body.duplicates, body.invalid], [2, 2, 0])
  assert.deepEqual(
    body.notes.map((note: { line: number; kind: string; message: string }) => [
      note.line,
      note.kind,
      note.message,
    ]),
    [
      [3, 'duplicate', '+15550101001 is in the campaign already; line 3 was left out.'],
      [5, 'duplicate', '+15550101002 stands on line 2 already; line 5 was left out.'],
    ],
  )
  const again = await upload(carom.api, id, csv)
  assert.deepEqual([again.body.added, again.body.duplicates], [0, 4])
  const rows = await recipientsOf(carom.api, id)
  assert.deepEqual(
    rows.map(row => [row.to, row.variables?.n]),
    [
      ['+15550101001', undefined],
      ['+15550101002', 'a'],
      ['+15550101003', 'c'],
    ],
  )
  assert.equal((await carom.api('GET', `/whatsapp/campaigns/${id}`)).body.counts.total, 3)
})

test('people who opted out are counted and listed, and added all the same', async () => {
  const stop = (number: string) =>
    carom.api('PUT', `/whatsapp/contacts/%2B${number}/consent`, { value: 'stop' })
  await stop('15550104001')
  await stop('15550104002')
  await carom.api('PUT', '/whatsapp/contacts/%2B15550104002/consent', { value: 'resume' })
  const id = await newCampaign(carom.api)
  const { body } = await upload(carom.api, id, 'phone\n+15550104000\n+15550104001\n+15550104002\n')
  assert.deepEqual([body.added, body.opted_out], [3, 1])
  assert.deepEqual(
    body.notes.map((note: { line: number; kind: string }) => [note.line, note.kind]),
    [[3, 'opted_out']],
  )
})

test('only the first hundred are listed; all are counted', async () => {
  const id = await newCampaign(carom.api)
  const { body } = await upload(carom.api, id, `phone\n${'nobody\n'.repeat(250)}+15550101001\n`)
  assert.deepEqual([body.added, body.invalid, body.errors.length, body.errors[99].line], [1, 250, 100, 101])
})

const shapes: [name: string, body: string, param: string][] = [
  ['an unknown field', '{"recipients":[{"to":"+15550101001","name":"Ada"}]}', 'recipients[0].name'],
  ['no number', '{"recipients":[{"variables":{}}]}', 'recipients[0].to'],
  ['a number that is one', '{"recipients":[{"to":"+15550101001"},{"to":15550101001}]}', 'recipients[1].to'],
  [
    'variables that are none',
    '{"recipients":[{"to":"+15550101001","variables":[]}]}',
    'recipients[0].variables',
  ],
  ['U+0000', '{"recipients":[{"to":"+15550101001","variables":{"a":"\\u0000"}}]}', 'recipients[0]'],
  ['another field', '{"people":[]}', 'body'],
  ['a field after it', '{"recipients":[],"more":1}', 'body'],
  ['nothing', ' ', 'body'],
]

for (const [name, body, param] of shapes) {
  test(`JSON of the wrong form: ${name}`, async () => {
    const id = await newCampaign(carom.api)
    const answer = await json(id, body)
    assert.deepEqual([answer.status, answer.body.error.code], [422, 'invalid_parameter'], answer.text)
    assert.equal(issuesOf(answer)[0].param, param, answer.text)
    assert.equal((await recipientsOf(carom.api, id)).length, 0)
  })
}

const broken = [
  '{"recipients":[{"to":"+15550101001"}',
  '{"recipients":[{"to":"+15550101001"} {"to":"+15550101002"}]}',
  '{"recipients":[{"to":"+15550101001"},]}',
  '{"recipients":[,{"to":"+15550101001"}]}',
  '{"recipients":["+15550101001"]}',
  '{"recipients":[{"to":+15550101001}]}',
  '{"recipients":[]}}',
  '[{"to":"+15550101001"}]',
  `{"recipients":[{"to":"+15550101001","variables":${'{"a":'.repeat(40)}1${'}'.repeat(40)}}]}`,
]

for (const body of broken) {
  test(`malformed JSON: ${body.slice(0, 70)}`, async () => {
    const id = await newCampaign(carom.api)
    const answer = await json(id, body)
    assert.deepEqual([answer.status, answer.body.error.code], [400, 'malformed_json'], answer.text)
    assert.equal((await recipientsOf(carom.api, id)).length, 0)
  })
}

test('long JSON comes in stretches: brackets, quotes and escapes in texts confuse nobody', async () => {
  const id = await newCampaign(carom.api)
  const tricky = 'a "quoted" \\ {[ ]} , \n 🙂 '.repeat(40)
  const recipients = Array.from({ length: 3_000 }, (_, n) => ({
    to: `+1555010${1000 + n}`,
    variables: { tricky: `${tricky}${n}` },
  }))
  const answer = await json(id, JSON.stringify({ recipients }, null, 1))
  assert.equal(answer.body.added, 3_000, answer.text)
  const rows = await recipientsOf(carom.api, id)
  assert.equal(rows[2_999].variables.tricky, `${tricky}2999`)
})

test('an Idempotency-Key: the same answer again, and nobody twice', async () => {
  const id = await newCampaign(carom.api)
  const headers = { 'idempotency-key': 'upload-1' }
  const first = await upload(carom.api, id, 'phone\n+15550101001\n', headers)
  const second = await upload(carom.api, id, 'phone\n+15550101001\n', headers)
  assert.deepEqual([second.status, second.text], [200, first.text])
  assert.equal(second.headers.get('idempotent-replayed'), 'true')
  const create = { name: 'x', template: 'hello_world', phone_number_id: '500100200300401', language: 'en_US' }
  const made = await carom.api('POST', '/whatsapp/campaigns', create, { 'idempotency-key': 'create-1' })
  const same = await carom.api('POST', '/whatsapp/campaigns', create, { 'idempotency-key': 'create-1' })
  assert.equal(same.text, made.text)
})

test('cut off after the commit and before the answer: a repeat answers what would have been answered', async () => {
  const id = await newCampaign(carom.api)
  const headers = { 'idempotency-key': 'upload-2' }
  const first = await upload(carom.api, id, 'phone\n+15550101001\nnobody\n', headers)
  // As a crash would have left it: the key was taken, and nobody said what became of it.
  await carom.carom.rooms.campaigns.db.pool.query(
    `update idempotency_keys set state = 'running', lease_until = now() - interval '1 s', status = null, headers = null, body = null
     where key = 'upload-2'`,
  )
  const second = await upload(carom.api, id, 'phone\n+15550101001\nnobody\n', headers)
  assert.deepEqual([second.status, second.body], [200, first.body])
  assert.equal(second.body.added, 1)
})

test('two uploads at once to one campaign: everybody once, and both answers are true', async () => {
  const id = await newCampaign(carom.api)
  const csv = (from: number) =>
    `phone\n${Array.from({ length: 2_000 }, (_, n) => `+1555${String(from + n).padStart(7, '0')}`).join('\n')}\n`
  const answers = await Promise.all([0, 1_000, 2_000].map(from => upload(carom.api, id, csv(from))))
  const added = answers.map(answer => answer.body.added).reduce((a, b) => a + b)
  const duplicates = answers.map(answer => answer.body.duplicates).reduce((a, b) => a + b)
  assert.deepEqual([added, duplicates], [4_000, 2_000])
  const { counts } = (await carom.api('GET', `/whatsapp/campaigns/${id}`)).body
  assert.equal(counts.total, 4_000)
})

test('states: a running or finished campaign takes nobody, a paused one does', async () => {
  const id = await newCampaign(carom.api)
  const set = (status: string) =>
    carom.carom.rooms.campaigns.db.pool.query('update campaigns set status = $2 where id = $1', [id, status])
  for (const status of ['running', 'completed', 'cancelled', 'failed']) {
    await set(status)
    const { body } = await upload(carom.api, id, 'phone\n+15550101001\n')
    assert.deepEqual([body.error?.code, body.error?.details.status], ['invalid_state', status])
    assert.equal((await carom.api('PATCH', `/whatsapp/campaigns/${id}`, { name: 'y' })).status, 409)
    assert.equal((await carom.api('DELETE', `/whatsapp/campaigns/${id}`)).status, 409)
  }
  await set('paused')
  assert.equal((await upload(carom.api, id, 'phone\n+15550101001\n')).body.added, 1)
  assert.equal((await carom.api('PATCH', `/whatsapp/campaigns/${id}`, { rate_per_second: 5 })).status, 200)
  const template = await carom.api('PATCH', `/whatsapp/campaigns/${id}`, { template: 'weekly_offer' })
  assert.deepEqual([template.status, template.body.error.code], [409, 'invalid_state'])
})

test('an upload that breaks off leaves nothing, and its key can be used again', async () => {
  const id = await newCampaign(carom.api)
  const headers = {
    authorization: `Bearer ${carom.owner_key}`,
    'content-type': 'text/csv',
    'idempotency-key': 'broken-1',
  }
  const stop = new AbortController()
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(Buffer.from(`phone\n${'+15550101001\n'.repeat(1000)}`))
      setTimeout(() => stop.abort(), 150)
    },
  })
  const path = `${carom.url}/api/v1/whatsapp/campaigns/${id}/recipients`
  const options = { method: 'POST', headers, body, duplex: 'half', signal: stop.signal } as RequestInit
  await assert.rejects(fetch(path, options))
  assert.equal((await recipientsOf(carom.api, id)).length, 0)
  await eventually(async () => {
    const again = await apiOf(carom.url, carom.owner_key)(
      'POST',
      `/whatsapp/campaigns/${id}/recipients`,
      'phone\n+15550101001\n',
      headers,
    )
    // Another length is another request; the key itself is free or says so.
    assert.ok([200, 409].includes(again.status), again.text)
  })
})
