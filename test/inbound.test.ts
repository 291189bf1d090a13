// Every kind of message that a person can send, from the phone to the API: also from somebody who has a username only, and
// kinds that nobody knows yet.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually, type Journey, NUMBER, startJourney } from './carom.ts'

const ADA = '15550101001'
const ZOE = 'US.1000200030004003'

let carom: Journey
before(async () => {
  carom = await startJourney()
})
after(() => carom.close())

const message = (id: string) =>
  eventually(async () => {
    const { status, body } = await carom.api(
      'GET',
      `/whatsapp/messages/${encodeURIComponent(id)}?include=raw`,
    )
    assert.equal(status, 200)
    return body
  })

async function write(user: string, content: object) {
  const sent = await carom.sim('POST', '/_sim/messages', { phone_number_id: NUMBER, user, ...content })
  assert.equal(sent.status, 201, sent.text)
  return message(sent.body.id)
}

async function isOpen(contact: string): Promise<boolean> {
  const query = `phone_number_id=${NUMBER}&contact=${encodeURIComponent(contact)}`
  return (await carom.api('GET', `/whatsapp/windows?${query}`)).body.open
}

/** A webhook of one message, as Meta would send it. */
async function tell(from: string, more: object): Promise<string> {
  const id = `wamid.TOLD${Math.random().toString(36).slice(2)}`
  const timestamp = String(Math.floor(Date.now() / 1000))
  const value = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '15550100001', phone_number_id: NUMBER },
    contacts: [{ profile: { name: 'Somebody' }, wa_id: from }],
    messages: [{ from, id, timestamp, ...more }],
  }
  const entry = [{ id: '700100200300400', changes: [{ field: 'messages', value }] }]
  const told = await carom.sim('POST', '/_sim/webhooks', {
    body: { object: 'whatsapp_business_account', entry },
  })
  assert.equal(told.status, 202, told.text)
  return id
}

const card = { name: { formatted_name: 'Bea' }, phones: [{ phone: '+1 555-010-1002' }] }
const kinds: [type: string, content: unknown, stored?: object][] = [
  ['text', { body: 'Hello' }],
  ['location', { latitude: 52.5, longitude: 13.4, name: 'Here' }],
  ['contacts', [card]],
  ['button', { payload: 'YES', text: 'Yes' }],
  ['interactive', { type: 'button_reply', button_reply: { id: 'a', title: 'A' } }],
  ['interactive', { type: 'list_reply', list_reply: { id: 'a', title: 'A', description: 'b' } }],
  [
    'interactive',
    { type: 'call_permission_reply', call_permission_reply: { response: 'reject', is_permanent: false } },
  ],
  [
    'order',
    {
      catalog_id: '4',
      product_items: [{ product_retailer_id: 'a', quantity: 2, item_price: 1.5, currency: 'EUR' }],
    },
  ],
  ['request_welcome', undefined, {}],
  ['unsupported', { type: 'poll_creation' }],
]

for (const user of [ADA, ZOE]) {
  const from = user === ADA ? `+${ADA}` : ZOE
  for (const [type, content, stored = content] of kinds) {
    test(`${type} of ${from}: ${JSON.stringify(content)}`, async () => {
      const got = await write(user, { type, ...(content === undefined ? {} : { [type]: content }) })
      assert.deepEqual([got.type, got.status, got.from], [type, 'received', from])
      assert.deepEqual(got.content, stored)
      assert.deepEqual([got.contact.phone, got.contact.user_id === null], [user === ADA ? from : null, false])
      assert.equal(got.raw.type, type)
      assert.equal(await isOpen(from), true)
    })
  }

  test(`files of ${from}, and what is read from them`, async () => {
    for (const type of ['image', 'video', 'audio', 'document', 'sticker']) {
      const { content, contact } = await write(user, { type })
      assert.match(content.id, /^\d+$/)
      assert.ok(content.mime_type && content.sha256 && content.url === undefined)
      const read = await carom.api('GET', `/whatsapp/media/${content.id}/content`)
      assert.equal(read.status, 200)
      assert.equal(contact.phone, user === ADA ? from : null)
    }
  })
}

test('a form is answered with its fields, an ad and a product are kept, and so is that it was forwarded', async () => {
  const response = { guests: '4', flow_token: 'ft-1' }
  const nfm_reply = { name: 'flow', body: 'Sent', response_json: JSON.stringify(response) }
  const form = await write(ADA, { type: 'interactive', interactive: { type: 'nfm_reply', nfm_reply } })
  assert.deepEqual(form.content.nfm_reply, { ...nfm_reply, response })
  const referral = { source_type: 'ad', source_id: '120', source_url: 'https://fb.me/x', headline: 'Bread' }
  assert.deepEqual((await write(ADA, { text: 'Hi', referral })).referral, referral)
  const referred_product = { catalog_id: '4', product_retailer_id: 'a' }
  const asking = await write(ADA, { text: 'In blue?', referred_product })
  assert.deepEqual(asking.context.referred_product, referred_product)
  assert.equal(
    (await write(ADA, { text: 'Look', forwarded: 'frequently' })).context.frequently_forwarded,
    true,
  )
  const quoting = await write(ZOE, { text: 'That', reply_to: (await write(ZOE, { text: 'What?' })).wamid })
  assert.match(quoting.reply_to, /^wamid\./)
})

test('what nobody knows is kept with its own words, and opens the window', async () => {
  const strange = { type: 'hologram', hologram: { beam: 7 } }
  const got = await message(await tell('15550107001', strange))
  assert.deepEqual(
    [got.type, got.content.type, got.content.raw.hologram],
    ['unsupported', 'hologram', { beam: 7 }],
  )
  assert.deepEqual(got.raw.hologram, { beam: 7 })
  assert.equal(await isOpen('+15550107001'), true)
  const torn = await message(await tell('15550107002', { type: 'image', image: { caption: 'no id' } }))
  assert.deepEqual([torn.type, torn.content.type], ['unsupported', 'image'])
  assert.deepEqual(torn.content.raw.image, { caption: 'no id' })
  assert.equal(await isOpen('+15550107002'), true)
})

test('a call opens the window; a changed number, a deletion and a word in a group do not', async () => {
  const call = { field: 'calls', phone_number_id: NUMBER, user: '15550107003', event: 'connect' }
  assert.equal((await carom.sim('POST', '/_sim/events', call)).status, 202)
  await eventually(async () => assert.equal(await isOpen('+15550107003'), true))
  await message(await tell('15550107004', { type: 'text', text: { body: 'All' }, group_id: 'Y2FwaV9n' }))
  const system = { type: 'user_changed_number', wa_id: '15550107006', body: 'changed' }
  await message(await tell('15550107005', { type: 'system', system }))
  await tell('15550107007', { type: 'revoke', revoke: { original_message_id: 'wamid.NOTHERE' } })
  await message(await tell('15550107008', { type: 'text', text: { body: 'After them all' } }))
  for (const contact of ['15550107004', '15550107005', '15550107006', '15550107007'])
    assert.equal(await isOpen(`+${contact}`), false, contact)
})
