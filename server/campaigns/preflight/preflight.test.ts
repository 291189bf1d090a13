// A preflight, figure by figure, each worked out by hand.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { newCampaign, OFFER, upload } from '../../../test/campaigns.ts'
import { eventually, type Journey, NUMBER, startJourney } from '../../../test/carom.ts'

let carom: Journey
before(async () => {
  carom = await startJourney()
})
after(() => carom.close())

const preflight = async (id: string) => {
  const answer = await carom.api('POST', `/whatsapp/campaigns/${id}/preflight`)
  assert.equal(answer.status, 200, answer.text)
  return answer.body
}
const codes = (findings: { code: string }[]) => findings.map(finding => finding.code)
const set = (id: string, status: string) =>
  carom.carom.rooms.campaigns.db.pool.query('update campaigns set status = $2 where id = $1', [id, status])
const hello = async (to: string) => {
  const body = { phone_number_id: NUMBER, to, template: 'hello_world', language: 'en_US' }
  assert.equal((await carom.api('POST', '/whatsapp/messages/template', body)).status, 201)
}

const PEOPLE = `phone,name
+12125551001,Ada
+4915112345001,Ben
+4915112345002,
+4915112345003,"two
lines"
+436641234567,Eva
+4915112345004,Fay
+4915112345005,Gil
+4915112345001,Ben again
nobody,x
US.1000200030004000,Zoe
`

test('every figure', async () => {
  await carom.sim('PATCH', `/_sim/phone_numbers/${NUMBER}`, { messaging_limit: 'TIER_250' })
  // Eva wants no marketing; Fay stands in another campaign; Ada was reached today; Gil has just written.
  await carom.api('PUT', '/whatsapp/contacts/%2B436641234567/consent', { value: 'stop' })
  const hour = (plus: number) => new Date(Date.now() + plus * 3_600_000).toISOString().slice(11, 16)
  const quiet_hours = { start: hour(-1), end: hour(2), timezone: 'UTC' }
  const waits = {
    name: 'Pears',
    template: 'hello_world',
    quiet_hours,
    recipients: [{ to: '+4915112345004' }],
  }
  const other = await newCampaign(carom.api, waits)
  assert.equal((await carom.api('POST', `/whatsapp/campaigns/${other}/launch`, {})).status, 202)
  await hello('+12125551001')
  await hello('+4915112349999')
  await carom.sim('POST', '/_sim/messages', { phone_number_id: NUMBER, user: '4915112345005', text: 'Hi' })
  const id = await newCampaign(carom.api, OFFER)
  const added = (await upload(carom.api, id, PEOPLE)).body
  assert.deepEqual([added.added, added.duplicates, added.invalid, added.opted_out], [8, 1, 1, 1])
  await eventually(async () => {
    assert.equal((await preflight(id)).messaging_limit.new_contacts, 3)
    assert.equal((await preflight(id)).messaging_limit.limit, 250)
  })
  const body = await preflight(id)
  const { recipients } = body
  // Eight wait. Without Eva (skipped), the one without a name, and the one with two lines, five can be sent to.
  assert.deepEqual([recipients.total, recipients.sendable], [8, 5])
  assert.deepEqual(recipients.by_country, [
    { country: 'DE', recipients: 5 },
    { country: 'US', recipients: 2 },
    { country: 'AT', recipients: 1 },
  ])
  assert.deepEqual([recipients.opted_out, recipients.skipped], [1, 1])
  assert.deepEqual(recipients.missing_variables, [{ variable: 'name', recipients: 1 }])
  assert.equal(recipients.invalid_variables, 1)
  assert.deepEqual(
    recipients.problems.map((one: { number: number; to: string }) => [one.number, one.to]),
    [
      [3, '+4915112345002'],
      [4, '+4915112345003'],
    ],
  )
  assert.deepEqual(recipients.duplicates, {
    ...{ left_out: 1, same_person: 0, running_campaigns: 1 },
    campaigns: [{ id: other, name: 'Pears', status: 'running', recipients: 1 }],
  })
  // Two were reached today. Of the five, Ada is one of them, and Gil has an open window: three are new.
  assert.deepEqual(body.messaging_limit, {
    ...{ tier: 'TIER_250', limit: 250, used: 2, new_contacts: 3, fits_today: 3, days: 1 },
  })
  // The number's 80 a second are shared with the campaign that runs beside it.
  assert.deepEqual([body.duration.messages_per_second, body.duration.seconds], [40, 1])
  // Three to Germany at 0.1365 and two to the United States at 0.0250, by the list prices of this quarter.
  const { currency, total, messages, by_category, by_country, rate_card } = body.cost
  assert.deepEqual([currency, total, messages], ['USD', '0.4595', 5])
  assert.deepEqual(by_category, [
    { category: 'MARKETING', messages: 5, billable: 5, unpriced: 0, cost: '0.4595' },
  ])
  assert.deepEqual(
    by_country.map((one: { country: string; messages: number; cost: string }) => [
      ...[one.country, one.messages, one.cost],
    ]),
    [
      ['DE', 3, '0.4095'],
      ['US', 2, '0.0500'],
    ],
  )
  assert.match(rate_card.name, /USD/)
  assert.deepEqual([body.ready, body.blockers], [true, []])
  assert.deepEqual(codes(body.warnings), [
    ...[
      'missing_variables',
      'invalid_variables',
      'opted_out',
      'duplicates_in_running_campaigns',
      'us_marketing',
    ],
  ])
})

test('who opted out is sent to where the campaign says so, or the template is no marketing', async () => {
  const id = await newCampaign(carom.api, { ...OFFER, skip_opted_out: false })
  await upload(carom.api, id, 'phone,name\n+436641234567,Eva\n')
  const sent = await preflight(id)
  assert.deepEqual([sent.recipients.opted_out, sent.recipients.skipped, sent.recipients.sendable], [1, 0, 1])
  const plain = await newCampaign(carom.api, {
    template: 'hello_world',
    recipients: [{ to: '+436641234567' }],
  })
  const { recipients } = await preflight(plain)
  assert.deepEqual([recipients.opted_out, recipients.skipped, recipients.sendable], [1, 0, 1])
})

test('beyond the messaging limit: what fits today, and how many days the rest takes', async () => {
  const rows = Array.from({ length: 800 }, (_, n) => `+4915199${10_000 + n}`).join('\n')
  const id = await newCampaign(carom.api, { template: 'hello_world' })
  await upload(carom.api, id, `phone\n${rows}\n`)
  const { messaging_limit, duration, warnings } = await preflight(id)
  // 2 are used, 248 fit; the other 552 need three more days of 250.
  assert.deepEqual(messaging_limit, {
    ...{ tier: 'TIER_250', limit: 250, used: 2, new_contacts: 800, fits_today: 248, days: 4 },
  })
  assert.equal(duration.seconds, 3 * 86_400)
  assert.ok(codes(warnings).includes('messaging_limit'))
})

test('quiet hours and the pace lengthen it', async () => {
  const rows = Array.from({ length: 1000 }, (_, n) => `+4915198${10_000 + n}`).join('\n')
  const quiet_hours = { start: '00:05', end: '00:00' }
  await carom.sim('PATCH', `/_sim/phone_numbers/${NUMBER}`, { messaging_limit: 'TIER_UNLIMITED' })
  const id = await newCampaign(carom.api, { template: 'hello_world', rate_per_second: 2, quiet_hours })
  await upload(carom.api, id, `phone\n${rows}\n`)
  await eventually(async () => assert.equal((await preflight(id)).messaging_limit.limit, null))
  // 1,000 at 2 a second are 500 seconds; with 300 of them a day, it is the second day, 200 seconds in.
  assert.equal((await preflight(id)).duration.seconds, 86_400 + 200)
})

test('the same person under two addresses', async () => {
  const { body: message } = await carom.api('POST', '/whatsapp/messages/template', {
    ...{ phone_number_id: NUMBER, to: '+15550101001', template: 'hello_world', language: 'en_US' },
  })
  const user_id = await eventually(async () => {
    const found = (await carom.api('GET', `/whatsapp/messages/${message.id}`)).body.contact.user_id
    assert.ok(found)
    return found
  })
  const id = await newCampaign(carom.api, {
    template: 'hello_world',
    recipients: [{ to: '+15550101001' }, { to: user_id }, { to: '+15550101002' }],
  })
  const { recipients, warnings } = await preflight(id)
  assert.equal(recipients.duplicates.same_person, 1)
  assert.ok(codes(warnings).includes('same_person'))
})

test('what blocks: nobody there, a paused template, components that fit nobody, a number without its account', async () => {
  const empty = await newCampaign(carom.api, { template: 'hello_world' })
  assert.deepEqual(codes((await preflight(empty)).blockers), ['no_recipients'])

  const misfit = await newCampaign(carom.api, {
    ...OFFER,
    components: [],
    recipients: [{ to: '+15550101001' }],
  })
  const { blockers, recipients } = await preflight(misfit)
  assert.deepEqual(codes(blockers), ['nobody_sendable'])
  assert.match(recipients.problems[0].message, /image is missing|is missing/)

  const id = await newCampaign(carom.api, { template: 'hello_world', recipients: [{ to: '+15550101001' }] })
  const { wabas } = (await carom.sim('GET', '/_sim/world')).body
  const template = wabas[0].templates.find((one: { name: string }) => one.name === 'hello_world')
  await carom.sim('PATCH', `/_sim/templates/${template.id}`, { status: 'PAUSED' })
  await eventually(async () => {
    const body = await preflight(id)
    assert.deepEqual([body.ready, codes(body.blockers)], [false, ['template_not_approved']])
  })
  await carom.sim('PATCH', `/_sim/templates/${template.id}`, { status: 'APPROVED' })
  await carom.sim('PATCH', `/_sim/phone_numbers/${NUMBER}`, { quality_rating: 'RED' })
  await eventually(async () => {
    const body = await preflight(id)
    assert.deepEqual([body.ready, codes(body.warnings)], [true, ['number_quality']])
  })
  await set(id, 'completed')
  assert.deepEqual(codes((await preflight(id)).blockers), ['invalid_state'])
  await set(id, 'draft')
  const [account] = (await carom.api('GET', '/whatsapp/accounts')).body.data
  assert.equal((await carom.api('DELETE', `/whatsapp/accounts/${account.id}`)).status, 204)
  assert.ok(codes((await preflight(id)).blockers).includes('account_unusable'))
})
