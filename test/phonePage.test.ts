// The gateway and the simulator's phone page together, in a real browser: what the gateway sends is on the phone, and
// what is typed on the phone is in the gateway.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openBrowser } from './browser.ts'
import { ADA, eventually, type Journey, NUMBER, startJourney } from './carom.ts'

const browser = openBrowser()
let carom: Journey
before(async () => {
  carom = await startJourney()
})
after(() => carom.close())

test('a conversation between the API and the phone', async t => {
  const page = await browser.newPage(t)
  await page.goto(carom.simulator.url)
  await page.getByText('Ada').first().click()

  const variables = { '1': 'Ada', '2': '4711', button_0: '4711' }
  const choice = { template: 'order_shipped', language: 'en_US', variables }
  const sent = await carom.api('POST', '/whatsapp/messages/template', {
    phone_number_id: NUMBER,
    to: ADA,
    ...choice,
  })
  assert.equal(sent.status, 201, sent.text)
  await page.getByText('Hello Ada, your order 4711 is on its way to you.').last().waitFor()

  const box = page.locator('#compose').getByRole('textbox')
  await box.fill('Thank you! When will it be here?')
  await box.press('Enter')
  const question = await eventually(async () => {
    const { data } = (await carom.api('GET', '/whatsapp/messages?direction=inbound')).body
    assert.equal(data[0]?.content.body, 'Thank you! When will it be here?')
    return data[0]
  })
  assert.equal(question.from, ADA)

  const marked = await carom.api('POST', `/whatsapp/messages/${question.id}/read`, { typing: true })
  assert.equal(marked.status, 200, marked.text)
  await page.getByText('typing…').first().waitFor()
  const answer = { phone_number_id: NUMBER, to: ADA, text: 'Tomorrow at noon.', reply_to: question.id }
  assert.equal((await carom.api('POST', '/whatsapp/messages', answer)).status, 201)
  await page.getByText('Tomorrow at noon.').last().waitFor()
  await browser.screenshot(page, 'phone-conversation')
})

test('a template is paused and approved by hand, and the gateway follows', async t => {
  const page = await browser.newPage(t)
  await page.goto(carom.simulator.url)
  await page.getByText('Templates', { exact: true }).click()
  const list = page.getByTestId('template')
  await list.selectOption({ label: 'appointment_reminder (en_US)' })
  const is = (status: string) =>
    eventually(async () => {
      assert.equal(await page.getByTestId('template-status').textContent(), status)
      const { data } = (await carom.api('GET', '/whatsapp/templates?name=appointment_reminder')).body
      assert.equal(data[0].status, status)
      return data[0]
    })
  await is('APPROVED')
  await page.getByTestId('template-quality').selectOption('RED')
  await page.getByRole('button', { name: 'Pause', exact: true }).click()
  await is('PAUSED')
  await browser.screenshot(page, 'phone-templates')
  await page.getByRole('button', { name: 'Approve' }).click()
  assert.equal((await is('APPROVED')).quality_score, 'RED')
})
