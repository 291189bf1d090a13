// The phone page against the simulator alone, for tests: a world with a browser, and what a business and a person do there.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { seedIds } from '../simulator/seed.ts'
import { first, startTestWorld, until, type Wire } from '../simulator/testWorld.ts'
import { openBrowser } from './browser.ts'

const FILES = {
  image: ['photo.jpg', 'image/jpeg'],
  video: ['film.mp4', 'video/mp4'],
  voice: ['voice.ogg', 'audio/ogg'],
  document: ['document.pdf', 'application/pdf'],
  sticker: ['sticker.webp', 'image/webp'],
} as const

type World = Awaited<ReturnType<typeof startTestWorld>>
type Context = Parameters<ReturnType<typeof openBrowser>['newPage']>[0]

/** Call it once at the top of a test file. */
export function openPhones() {
  const browser = openBrowser()
  let world: World
  before(async () => {
    world = await startTestWorld({ enforce_rates: false, enforce_window: 'off' })
    await world.subscribe('messages,calls,user_preferences')
  })
  after(() => world.close())
  return {
    world: () => world,
    async openPhone(t: Context, user = '15550101001'): Promise<Page> {
      await world.control('PUT', `users/${user}`, {})
      const page = await browser.newPage(t)
      await page.goto(`${world.simulator.url}/#/${first}/${user}`)
      await page.locator('.connection.live').waitFor()
      return page
    },
    /** The business sends; answers the bubble on the phone. */
    async sendTo(page: Page, type: string, content: unknown, to = '+15550101001') {
      const sent = await world.send(to, { type, [type]: content })
      assert.equal(sent.status, 200, JSON.stringify(sent.body))
      const row = page.locator(`[data-message-id="${sent.body.messages[0].id}"]`)
      await row.waitFor()
      return row
    },
    /** What the person does; answers the message of the webhook that follows. */
    async webhookAfter(act: () => Promise<unknown>): Promise<Wire> {
      const before = world.receiver.got.length
      await act()
      return until(() => world.receiver.got.slice(before).find(one => one.value?.messages)?.value.messages[0])
    },
    upload: (kind: keyof typeof FILES) => upload(world, kind),
  }
}

/** A small file, uploaded by the business. */
async function upload(world: World, kind: keyof typeof FILES): Promise<string> {
  const [name, type] = FILES[kind]
  const bytes = await readFile(join(import.meta.dirname, '../simulator/media/samples', name))
  const form = new FormData()
  form.set('messaging_product', 'whatsapp')
  form.set('type', type)
  form.set('file', new File([bytes], name, { type }))
  const answer = await fetch(`${world.simulator.url}/v26.0/${first}/media`, {
    method: 'POST',
    headers: { authorization: `Bearer ${seedIds.token}` },
    body: form,
  })
  const body = (await answer.json()) as { id: string }
  assert.equal(answer.status, 200, JSON.stringify(body))
  return body.id
}

/** A picture that has really been decoded, or a film that has really been opened. */
export const isLoaded = (row: Locator) =>
  until(() =>
    row
      .locator('img, video')
      .first()
      .evaluate((node: Wire) => (node.naturalWidth ?? node.readyState) > 0),
  )

export const attach = async (page: Page, name: string) => {
  await page.locator('#attach-open').click()
  await page.locator(`#add-${name}`).click()
}
export const submit = (page: Page) => page.getByTestId('sheet-submit').click()
