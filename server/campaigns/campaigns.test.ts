// Campaigns before they run: made, read, changed, tried out, deleted.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { newCampaign, REMINDER, recipientsOf } from '../../test/campaigns.ts'
import { FAST_NUMBER, type Journey, NUMBER, startJourney } from '../../test/carom.ts'

let carom: Journey
before(async () => {
  carom = await startJourney()
})
after(() => carom.close())

const components = [
  {
    type: 'body',
    parameters: [
      { type: 'text', parameter_name: 'first_name', text: '{{first_name|there}}' },
      { type: 'text', parameter_name: 'day', text: '{{day}}' },
      { type: 'text', parameter_name: 'time', text: '{{time}}' },
    ],
  },
]
const ada = { to: '+15550101001', variables: { first_name: 'Ada', day: 'Monday', time: '10:00' } }
const ben = { to: '+15550101002', variables: { day: 'Tuesday', time: '11:00' } }
const create = (body: object, headers = {}) => carom.api('POST', '/whatsapp/campaigns', body, headers)
const path = (id: string) => `/whatsapp/campaigns/${id}`

test('made as a draft, with recipients, and read again as it was answered', async () => {
  const scheduled_at = new Date(Date.now() + 3_600_000).toISOString()
  const quiet_hours = { start: '21:00', end: '08:00', timezone: 'Europe/Berlin' }
  const made = await create({
    ...{ ...REMINDER, components, scheduled_at, quiet_hours, rate_per_second: 20, skip_opted_out: false },
    ...{ budgets: { failed_in_a_row: 5 }, recipients: [ada, ben, { to: 'nobody' }, ada] },
  })
  assert.equal(made.status, 201, made.text)
  const { recipients, ...campaign } = made.body
  assert.deepEqual([recipients.added, recipients.duplicates, recipients.invalid], [2, 1, 1])
  assert.deepEqual((await carom.api('GET', path(campaign.id))).body, campaign)
  const { id, created_at, updated_at, ...rest } = campaign
  assert.deepEqual(rest, {
    ...{ name: 'Reminders', template: 'appointment_reminder', language: 'en_US', phone_number_id: NUMBER },
    ...{ components, status: 'draft', pause_reason: null, hold: null, rate_per_second: 20, quiet_hours },
    counts: {
      ...{
        total: 2,
        pending: 2,
        sent: 0,
        delivered: 0,
        read: 0,
        replied: 0,
        failed: 0,
        skipped: 0,
        unknown: 0,
      },
    },
    ...{ skip_opted_out: false, budgets: { failed_in_a_row: 5 } },
    ...{ scheduled_at, started_at: null, completed_at: null },
  })
  const listed = (await carom.api('GET', '/whatsapp/campaigns?limit=1')).body.data
  assert.deepEqual(listed, [campaign])
})

const wrong_times = {
  ...{ ...REMINDER, scheduled_at: '2020-01-01T00:00:00.000Z' },
  quiet_hours: { start: '08:00', end: '08:00', timezone: 'Mars' },
}
const crowd = { ...REMINDER, recipients: Array.from({ length: 10_001 }, () => ({ to: 'x' })) }

const refusals: [name: string, body: object, code: string, ...params: string[]][] = [
  ['nothing', {}, 'invalid_parameter', 'name', 'phone_number_id', 'template'],
  ['no such number', { ...REMINDER, phone_number_id: '1' }, 'not_found', 'phone_number_id'],
  ['no such template', { ...REMINDER, template: 'nope' }, 'template_not_found', 'template'],
  ['no such language', { ...REMINDER, language: 'fr' }, 'template_not_found', 'language'],
  ['an unknown field', { ...REMINDER, recipient: [] }, 'invalid_parameter', 'recipient'],
  ['times', wrong_times, 'invalid_parameter', 'quiet_hours.end', 'quiet_hours.timezone', 'scheduled_at'],
  ['no pace', { ...REMINDER, rate_per_second: 0 }, 'invalid_parameter', 'rate_per_second'],
  ['too many at once', crowd, 'invalid_parameter', 'recipients'],
]

for (const [name, body, code, ...params] of refusals) {
  test(`refused: ${name}`, async () => {
    const answer = await create(body)
    assert.equal(answer.body.error?.code, code, answer.text.slice(0, 500))
    assert.equal(answer.status, code === 'not_found' ? 404 : 422)
    const { param, details } = answer.body.error
    const named = details?.issues?.map((issue: { param: string }) => issue.param) ?? [param]
    assert.deepEqual(named.sort(), params)
  })
}

test('the language may be left out where there is one, and must be named where there are more', async () => {
  const { language: _, ...rest } = REMINDER
  assert.equal((await create(rest)).body.language, 'en_US')
})

test('changed field by field; null takes a field away; what belongs together is checked together', async () => {
  const id = await newCampaign(carom.api, { components, rate_per_second: 5 })
  const patch = (body: object) => carom.api('PATCH', path(id), body)
  const changed = await patch({
    name: 'Other',
    rate_per_second: null,
    quiet_hours: { start: '22:00', end: '06:00' },
  })
  assert.equal(changed.status, 200, changed.text)
  const { name, rate_per_second, quiet_hours, components: kept } = changed.body
  assert.deepEqual([name, rate_per_second, quiet_hours], ['Other', null, { start: '22:00', end: '06:00' }])
  assert.deepEqual(kept, components)
  assert.equal((await patch({ components: null, quiet_hours: null })).body.components, null)
  const moved = await patch({ template: 'hello_world', phone_number_id: FAST_NUMBER })
  assert.deepEqual([moved.body.template, moved.body.phone_number_id], ['hello_world', FAST_NUMBER])
  assert.equal((await patch({ language: 'de' })).body.error?.code, 'template_not_found')
  assert.equal((await patch({ status: 'running' })).body.error?.param, 'status')
  assert.equal((await carom.api('GET', path(id))).body.template, 'hello_world')
})

test('a draft is deleted with its recipients', async () => {
  const id = await newCampaign(carom.api, { recipients: [ada, ben] })
  assert.equal((await carom.api('DELETE', path(id))).status, 204)
  assert.equal((await carom.api('GET', path(id))).status, 404)
  const left = await carom.carom.rooms.campaigns.db.pool.query(
    'select from campaign_recipients where campaign_id = $1',
    [id],
  )
  assert.equal(left.rowCount, 0)
})

test('lists are filtered, and paged', async () => {
  const ids: string[] = []
  for (let n = 0; n < 3; n++) ids.unshift(await newCampaign(carom.api, { template: 'order_shipped' }))
  const list = async (query: string) => (await carom.api('GET', `/whatsapp/campaigns?${query}`)).body
  const first = await list('template=order_shipped&limit=2')
  const second = await list(`template=order_shipped&limit=2&cursor=${first.next_cursor}`)
  const found = [...first.data, ...second.data].map((one: { id: string }) => one.id)
  assert.deepEqual([found, second.next_cursor], [ids, null])
  assert.deepEqual((await list('status=running')).data, [])
  assert.deepEqual((await list(`template=order_shipped&phone_number_id=${FAST_NUMBER}`)).data, [])
})

test('a test sends one version to a number of ours, and counts for no campaign', async () => {
  const id = await newCampaign(carom.api, { components, recipients: [ada, ben] })
  const send = (body: object) => carom.api('POST', `${path(id)}/test`, body)
  const texts = (message: { content: { components: { parameters: { text: string }[] }[] } }) =>
    message.content.components[0]?.parameters.map(one => one.text)
  const first = await send({ to: '+15550107001' })
  assert.equal(first.status, 201, first.text)
  assert.deepEqual(texts(first.body), ['Ada', 'Monday', '10:00'])
  assert.deepEqual([first.body.to, first.body.campaign_id], ['+15550107001', null])
  const second = await send({ to: '+15550107001', recipient: '+1 (555) 010-1002' })
  assert.deepEqual(texts(second.body), ['there', 'Tuesday', '11:00'])
  const own = await send({ to: '+15550107001', variables: { day: 'Friday', time: '12:00' } })
  assert.deepEqual(texts(own.body), ['there', 'Friday', '12:00'])
  const lacking = await send({ to: '+15550107001', variables: { day: 'Friday' } })
  assert.deepEqual([lacking.status, lacking.body.error.code], [422, 'template_parameters_mismatch'])
  assert.equal(lacking.body.error.param, 'variables.time')
  const nobody = await send({ to: '+15550107001', recipient: '+15550109999' })
  assert.deepEqual([nobody.status, nobody.body.error.param], [404, 'recipient'])
  assert.equal((await carom.api('GET', path(id))).body.counts.sent, 0)
  assert.ok((await recipientsOf(carom.api, id)).every(one => one.status === 'pending'))
})
