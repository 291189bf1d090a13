// The first bot of a new user, in the sandbox, without a model and without any key of a provider: three things it knows, a
// number, auto-reply; then somebody writes on the phone page, and gets the right answer.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createBot, switchOn, turnsEnd } from './bots.ts'
import { openBrowser } from './browser.ts'
import { eventually, type Journey, startJourney } from './carom.ts'

const browser = openBrowser()
let carom: Journey
before(async () => {
  carom = await startJourney()
})
after(() => carom.close())

const KNOWLEDGE = [
  [
    'Opening hours',
    'We are open from Monday to Friday, 9 to 18, and on Saturdays until 14. On Sundays we are closed.',
  ],
  [
    'Delivery',
    'Delivery within Germany takes one or two days and is free above 40 euros. Austria takes three days.',
  ],
  ['Returns', 'You can send back unopened tea within 30 days. Write to us first, and we send you a label.'],
] as const

test('three entries, a link, a switch: the phone gets the right answers', async t => {
  const bot = await createBot(carom, { fallback_text: 'I will ask a colleague.' })
  for (const [title, content] of KNOWLEDGE) {
    const added = await carom.api('POST', `/bots/${bot.id}/knowledge`, { title, content })
    assert.equal(added.status, 201, added.text)
  }
  const tried = await carom.api('POST', `/bots/${bot.id}/simulate`, {
    messages: ['Are you open on Saturdays?'],
  })
  assert.match(tried.body.text, /on Saturdays until 14/, tried.text)
  assert.equal(tried.body.passages[0].title, 'Opening hours')
  await switchOn(carom, bot.id)

  const page = await browser.newPage(t)
  await page.goto(carom.simulator.url)
  await page.getByText('Ada').first().click()
  const say = async (text: string) => {
    await page.getByTestId('composer').fill(text)
    await page.getByTestId('composer').press('Enter')
  }
  await say('Hi! How long does a delivery to Austria take?')
  await page.getByText('Austria takes three days.').last().waitFor()
  await say('And until when are you open on a Saturday?')
  await page.getByText('on Saturdays until 14').last().waitFor()
  await say('Can I return tea that I do not like?')
  await page.getByText('send back unopened tea within 30 days').last().waitFor()
  await say('Who won the football yesterday?')
  await page.getByText('I will ask a colleague.').last().waitFor()
  await browser.screenshot(page, 'first-bot')

  const turns = await turnsEnd(carom, bot.id, 4)
  assert.deepEqual(
    turns.map(turn => [turn.reply, turn.reason?.code ?? null, turn.engine, turn.model]),
    [
      ['fallback', 'no_passage', 'knowledge', null],
      ...Array.from({ length: 3 }, () => ['answer', null, 'knowledge', null]),
    ],
  )
  assert.deepEqual(
    turns.slice(1).map(turn => turn.passages[0].title),
    ['Returns', 'Opening hours', 'Delivery'],
  )
  await eventually(async () => {
    const { body } = await carom.api('GET', `/bots/${bot.id}`)
    assert.equal(body.conversation_count, 1)
  })
})
