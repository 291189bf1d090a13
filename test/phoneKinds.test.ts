// Every kind that a business can send, on the phone: shown, opened, pressed, and answered on sheets.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { until, type Wire } from '../simulator/testWorld.ts'
import { isLoaded, openPhones, submit } from './phone.ts'

const { openPhone, sendTo, upload, webhookAfter, world } = openPhones()

const interactive = (type: string, action: object, more: object = {}) => ({
  type,
  body: { text: `About ${type}` },
  action,
  ...more,
})

test('media, places and contacts of the business are on the phone', async t => {
  const page = await openPhone(t)
  const image = await sendTo(page, 'image', { id: await upload('image'), caption: 'The *new* bread' })
  await image.locator('strong', { hasText: 'new' }).waitFor()
  await isLoaded(image)
  const video = await sendTo(page, 'video', { id: await upload('video') })
  await isLoaded(video)
  const file = await sendTo(page, 'document', {
    id: await upload('document'),
    filename: 'invoice-4711.pdf',
  })
  assert.match((await file.locator('a.file').getAttribute('href')) ?? '', /^\/_sim\/media\/\d+$/)
  const sticker = await sendTo(page, 'sticker', { id: await upload('sticker') })
  await isLoaded(sticker)
  const place = await sendTo(page, 'location', { latitude: '52.52', longitude: '13.405', name: 'Bakery' })
  await place.getByRole('img', { name: 'Map of 52.5200, 13.4050' }).waitFor()
  const contact = {
    name: { formatted_name: 'Bea Example', first_name: 'Bea' },
    phones: [{ phone: '+1 555 010 1002' }],
  }
  const card = await sendTo(page, 'contacts', [{ ...contact, emails: [{ email: 'bea@example.com' }] }])
  await card.locator('summary').click()
  await card.getByText('bea@example.com').waitFor()
})

test('a voice note that is played says so to the business', async t => {
  const page = await openPhone(t)
  const note = await sendTo(page, 'audio', { id: await upload('voice'), voice: true })
  await note.getByText('0:03').waitFor()
  await note.getByRole('button', { name: 'Play the voice message' }).click()
  await until(async () => (await note.getAttribute('data-status')) === 'played')
  const id = (await note.getAttribute('data-message-id')) ?? ''
  await until(() =>
    world()
      .receiver.statuses(id)
      .some(item => item.status === 'played'),
  )
})

test('reactions of both sides are on the bubbles', async t => {
  const page = await openPhone(t)
  const row = await sendTo(page, 'text', { body: 'React to this' })
  await row.hover()
  await row.getByRole('button', { name: 'React', exact: true }).click()
  const own = await webhookAfter(() => page.getByRole('button', { name: 'React with 👍' }).click())
  assert.deepEqual([own.type, own.reaction.emoji], ['reaction', '👍'])
  await row.locator('.reactions', { hasText: '👍' }).waitFor()
  const text = await webhookAfter(() => write(page, 'And to this'))
  await world().send('+15550101001', { type: 'reaction', reaction: { message_id: text.id, emoji: '🎉' } })
  await page.locator(`[data-message-id="${text.id}"] .reactions`, { hasText: '🎉' }).waitFor()
})

async function write(page: Page, text: string) {
  await page.getByTestId('composer').fill(text)
  await page.getByTestId('composer').press('Enter')
}

test('buttons and lists answer', async t => {
  const page = await openPhone(t)
  const buttons = [{ type: 'reply', reply: { id: 'yes', title: 'Yes please' } }]
  const header = { type: 'image', image: { id: await upload('image') } }
  const question = await sendTo(page, 'interactive', interactive('button', { buttons }, { header }))
  await isLoaded(question)
  const yes = await webhookAfter(() => question.getByRole('button', { name: 'Yes please' }).click())
  assert.deepEqual(yes.interactive, {
    type: 'button_reply',
    button_reply: { id: 'yes', title: 'Yes please' },
  })
  assert.equal(yes.context.id, await question.getAttribute('data-message-id'))
  const rows = [{ id: 'pp-1', title: 'Main street', description: '5 minutes away' }]
  const list = await sendTo(
    page,
    'interactive',
    interactive('list', { button: 'Show places', sections: [{ rows }] }),
  )
  await list.getByRole('button', { name: 'Show places' }).click()
  const chosen = await webhookAfter(() => page.locator('#sheet').getByText('Main street').click())
  assert.deepEqual(chosen.interactive, { type: 'list_reply', list_reply: rows[0] })
  const parameters = { display_text: 'See more', url: 'https://example.com/more' }
  const link = await sendTo(page, 'interactive', interactive('cta_url', { name: 'cta_url', parameters }))
  assert.equal(await link.getByRole('link', { name: 'See more' }).getAttribute('href'), parameters.url)
})

test('flows, addresses, locations, contact requests and call permissions are answered on sheets', async t => {
  const page = await openPhone(t)
  const payload = { screen: 'WELCOME', data: { guests: 2 } }
  const flow = { flow_message_version: '3', flow_id: '123', flow_cta: 'Book a table', flow_token: 'ft-1' }
  const action = {
    name: 'flow',
    parameters: { ...flow, flow_action: 'navigate', flow_action_payload: payload },
  }
  const booking = await sendTo(page, 'interactive', interactive('flow', action))
  await booking.getByRole('button', { name: 'Book a table' }).click()
  await page.locator('#sheet').getByText('WELCOME').waitFor()
  await page.getByLabel('Value of guests').fill('4')
  const booked = await webhookAfter(() => submit(page))
  const response = JSON.parse(booked.interactive.nfm_reply.response_json)
  assert.deepEqual(
    [booked.interactive.nfm_reply.name, response],
    ['flow', { guests: '4', flow_token: 'ft-1' }],
  )
})

test('requests of the business are answered on sheets', async t => {
  const page = await openPhone(t)
  const ask = (type: string, name: string, parameters?: object) =>
    sendTo(page, 'interactive', interactive(type, { name, ...(parameters && { parameters }) }))
  const where = await ask('location_request_message', 'send_location')
  await where.getByRole('button', { name: 'Send location' }).click()
  await page.locator('#sheet').getByRole('button', { name: 'Harbour' }).click()
  const location = await webhookAfter(() => submit(page))
  assert.deepEqual(
    [location.type, location.location.name, location.location.latitude],
    ['location', 'Harbour', 53.5436],
  )

  const contact = await ask('request_contact_info', 'request_contact_info')
  await contact.getByRole('button', { name: 'Share contact info' }).click()
  const shared = await webhookAfter(() => submit(page))
  assert.deepEqual([shared.type, shared.contacts[0].phones[0].wa_id], ['contacts', '15550101001'])

  const call = await ask('call_permission_request', 'call_permission_request')
  await call.getByRole('button', { name: 'Choose preference' }).click()
  const allowed = await webhookAfter(() => page.locator('#sheet').getByText('Allow for 7 days').click())
  const { is_permanent, response } = allowed.interactive.call_permission_reply
  assert.deepEqual(
    [allowed.interactive.type, response, is_permanent],
    ['call_permission_reply', 'accept', false],
  )

  const ring = await ask('voice_call', 'voice_call', { display_text: 'Call us' })
  await ring.getByRole('button', { name: 'Call us' }).click()
  await page.locator('#sheet').getByRole('button', { name: 'Hang up' }).click()
  await until(() => world().receiver.got.some(one => one.value?.calls?.[0]?.event === 'terminate'))
})

test('an address is given on a form', async t => {
  const page = await openPhone(t, '919876500001')
  const values = { name: 'Ida', city: 'Pune' }
  const action = { name: 'address_message', parameters: { country: 'IN', values } }
  const asked = await sendTo(page, 'interactive', interactive('address_message', action), '+919876500001')
  await asked.getByRole('button', { name: 'Provide address' }).click()
  await page.locator('#sheet').getByLabel('PIN code').fill('411001')
  const { interactive: answer } = await webhookAfter(() => submit(page))
  const response = JSON.parse(answer.nfm_reply.response_json)
  assert.equal(answer.nfm_reply.name, 'address_message')
  assert.deepEqual(response.values, { ...values, in_pin_code: '411001' })
})

test('products end in an order', async t => {
  const page = await openPhone(t)
  const items = [{ product_retailer_id: 'sku-bread-01' }, { product_retailer_id: 'sku-jam-02' }]
  const sections = [{ title: 'Shelf', product_items: items }]
  const header = { type: 'text', text: 'Our range' }
  const range = interactive('product_list', { catalog_id: '400100200300400', sections }, { header })
  const shelf = await sendTo(page, 'interactive', range)
  await shelf.getByText('2 items').waitFor()
  await shelf.getByRole('button', { name: 'View items' }).click()
  await page.getByRole('button', { name: 'More of sku-jam-02' }).click({ clickCount: 2 })
  const { order } = await webhookAfter(() => submit(page))
  assert.deepEqual(order.catalog_id, '400100200300400')
  assert.deepEqual(
    order.product_items.map((item: Wire) => [item.product_retailer_id, item.quantity, item.currency]),
    [['sku-jam-02', 2, 'USD']],
  )
  const one = { catalog_id: '400100200300400', product_retailer_id: 'sku-tea-03' }
  const single = await sendTo(page, 'interactive', interactive('product', one))
  await single.getByText('sku-tea-03').waitFor()
  const parameters = { thumbnail_product_retailer_id: 'sku-bread-01' }
  const catalog = interactive('catalog_message', { name: 'catalog_message', parameters })
  await (await sendTo(page, 'interactive', catalog)).getByRole('button', { name: 'View catalog' }).waitFor()
})

test('cards are swiped, and their buttons answer', async t => {
  const page = await openPhone(t)
  const picture = { type: 'image', image: { id: await upload('image') } }
  const card = (card_index: number, action: object) => ({
    card_index,
    type: 'cta_url',
    header: picture,
    body: { text: `Card ${card_index}` },
    action,
  })
  const quick = [0, 1].map(at =>
    card(at, { buttons: [{ type: 'quick_reply', quick_reply: { id: `like-${at}`, title: `Like ${at}` } }] }),
  )
  const carousel = await sendTo(page, 'interactive', interactive('carousel', { cards: quick }))
  await isLoaded(carousel)
  const liked = await webhookAfter(() => carousel.getByRole('button', { name: 'Like 1' }).click())
  assert.deepEqual(liked.interactive.button_reply, { id: 'like-1', title: 'Like 1' })
  const links = [0, 1].map(at =>
    card(at, { name: 'cta_url', parameters: { display_text: 'Open', url: `https://example.com/${at}` } }),
  )
  const linked = await sendTo(page, 'interactive', interactive('carousel', { cards: links }))
  assert.equal(
    await linked.getByRole('link', { name: 'Open', exact: true }).nth(1).getAttribute('href'),
    'https://example.com/1',
  )
  const products = ['sku-1', 'sku-2'].map((product_retailer_id, card_index) => ({
    card_index,
    type: 'product',
    action: { product_retailer_id, catalog_id: '1' },
  }))
  const shop = await sendTo(page, 'interactive', interactive('carousel', { cards: products }))
  await shop.getByText('sku-2').waitFor()
})
