// Every kind that a person can send from the phone page, in the webhook that follows.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { first, until } from '../simulator/testWorld.ts'
import { attach, isLoaded, openPhones, submit } from './phone.ts'

const { openPhone, sendTo, webhookAfter, world } = openPhones()

async function write(page: Page, text: string) {
  await page.getByTestId('composer').fill(text)
  await page.getByTestId('composer').press('Enter')
}

test('a person sends files and voice notes', async t => {
  const page = await openPhone(t)
  for (const kind of ['image', 'video', 'audio', 'document', 'sticker']) {
    await attach(page, kind)
    const message = await webhookAfter(() => submit(page))
    assert.equal(message.type, kind)
    const row = page.locator(`[data-message-id="${message.id}"]`)
    if (/image|video|sticker/.test(kind)) await isLoaded(row)
    assert.match(message[kind].id, /^\d+$/)
    assert.match(message[kind].mime_type, /^\w+\/\w+/)
  }
  const note = await webhookAfter(() => attach(page, 'voice'))
  assert.deepEqual([note.type, note.audio.voice], ['audio', true])
  await attach(page, 'document')
  const buffer = Buffer.from('Bread and jam')
  await page.getByTestId('file').setInputFiles({ name: 'list.txt', mimeType: 'text/plain', buffer })
  await page.getByLabel('Caption').fill('What I need')
  const { document } = await webhookAfter(() => submit(page))
  assert.deepEqual(
    [document.filename, document.caption, document.mime_type],
    ['list.txt', 'What I need', 'text/plain'],
  )
})

test('a person sends everything else of the menu', async t => {
  const page = await openPhone(t)
  await attach(page, 'location')
  assert.equal((await webhookAfter(() => submit(page))).location.longitude, 13.405)
  await attach(page, 'contact')
  assert.equal((await webhookAfter(() => submit(page))).contacts[0].name.formatted_name, 'Bea Example')
  await attach(page, 'order')
  await page.getByRole('button', { name: 'More of sku-tea-03' }).click()
  const { order } = await webhookAfter(() => submit(page))
  assert.equal(order.product_items[0].product_retailer_id, 'sku-tea-03')
  await attach(page, 'referral')
  const arrived = await webhookAfter(() => submit(page))
  assert.deepEqual([arrived.text.body, arrived.referral.source_type], ['I saw your advert', 'ad'])
  await page.locator('.referral', { hasText: 'Order on WhatsApp' }).waitFor()
  assert.equal((await webhookAfter(() => attach(page, 'welcome'))).type, 'request_welcome')
  const poll = await webhookAfter(() => attach(page, 'unsupported'))
  assert.deepEqual([poll.type, poll.errors[0].code], ['unsupported', 131051])
})

test('a person quotes, edits and deletes', async t => {
  const page = await openPhone(t)
  const question = await sendTo(page, 'text', { body: 'When will you come?' })
  await question.hover()
  await question.getByRole('button', { name: 'Reply' }).click()
  const answer = await webhookAfter(() => write(page, 'At noon'))
  assert.equal(answer.context.id, await question.getAttribute('data-message-id'))
  const row = page.locator(`[data-message-id="${answer.id}"]`)
  const menu = async (name: string) => {
    await row.hover()
    await row.getByRole('button', { name: 'More' }).click()
    await page.locator(`#own-${name}`).click()
  }
  await menu('edit')
  await page.locator('#sheet textarea').fill('At one')
  const { edit } = await webhookAfter(() => submit(page))
  assert.deepEqual([edit.original_message_id, edit.message.text.body], [answer.id, 'At one'])
  await row.getByText('At one').waitFor()
  await row.getByText('Edited').waitFor()
  const { revoke } = await webhookAfter(() => menu('delete'))
  assert.deepEqual(revoke, { original_message_id: answer.id })
  await row.getByText('You deleted this message').waitFor()
})

test('a person changes number and id, and stops marketing messages', async t => {
  const page = await openPhone(t, '15550101055')
  await write(page, 'Hello')
  await page.locator('.row', { hasText: 'Hello' }).waitFor()
  await page.locator('#change-number').click()
  await page.getByLabel('New number').fill('+1 555 010 1056')
  const moved = await webhookAfter(() => submit(page))
  assert.deepEqual(
    [moved.type, moved.system.type, moved.system.wa_id],
    ['system', 'user_changed_number', '15550101056'],
  )
  await page.waitForURL(/15550101056$/)
  await page.locator('.row', { hasText: 'Hello' }).waitFor()
  await page.locator('#change-id').click()
  const renamed = await webhookAfter(() => submit(page))
  assert.equal(renamed.system.type, 'user_changed_user_id')
  for (const value of ['stop', 'resume']) {
    // What the page hears of an earlier change may turn the switch back.
    await until(async () => {
      await page.getByTestId('switch-marketing').setChecked(value === 'resume')
      return world().receiver.got.some(one => one.value?.user_preferences?.[0]?.value === value)
    })
  }
})

test('a person with only a username writes', async t => {
  const page = await openPhone(t, 'US.1000200030004003')
  const text = await webhookAfter(() => write(page, 'Hello, I am Zoe'))
  assert.deepEqual([text.from, text.from_user_id], [undefined, 'US.1000200030004003'])
})

test('a person calls, forwards, and asks about a product', async t => {
  const page = await openPhone(t, '15550101044')
  await page.getByRole('button', { name: 'Call the business' }).click()
  await page.locator('#sheet').getByRole('button', { name: 'Hang up' }).click()
  const calls = () => world().receiver.got.flatMap(one => one.value?.calls ?? [])
  await until(() => calls().some(call => call.from === '15550101044' && call.event === 'terminate'))
  const chat = { phone_number_id: first, user: '15550101044' }
  await world().control('POST', 'messages', { ...chat, text: 'Look at this', forwarded: true })
  const referred_product = { catalog_id: '4', product_retailer_id: 'sku-tea-03' }
  await world().control('POST', 'messages', { ...chat, text: 'In green?', referred_product })
  await page.locator('.row', { hasText: 'Look at this' }).getByText('Forwarded').waitFor()
  await page.locator('.row', { hasText: 'In green?' }).getByText('sku-tea-03').waitFor()
})
