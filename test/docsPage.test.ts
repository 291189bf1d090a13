// /docs in a real browser, over the real door: a newcomer finds out how to begin, an endpoint is shown with its
// example, and nothing is asked of another host (test/browser.ts fails the test that does).

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import type { Page } from 'playwright-core'
import { docsRoutes } from '../server/http/docs.ts'
import { openApiDocument } from '../server/http/openapi.ts'
import type { Route } from '../server/http/route.ts'
import { openServer, type Server } from '../server/http/server.ts'
import { silentLog } from '../server/kit/log.ts'
import { apiRoutes } from '../server/openDoor.ts'
import type { Rooms } from '../server/rooms.ts'
import { openBrowser } from './browser.ts'
import { openApiProblems } from './openApiProblems.ts'

const browser = openBrowser()
let server: Server
let address: string

before(async () => {
  server = await serve(apiRoutes({} as Rooms, {} as Parameters<typeof apiRoutes>[1]))
  address = await server.listen()
})
after(() => server.close())

/** The door without keys: nobody gets in, and the pages need nobody to. */
function serve(routes: Route[]): Promise<Server> {
  const all: Route[] = [
    ...routes,
    ...docsRoutes({ document: () => openApiDocument(all, { version: '0.1.0' }) }),
  ]
  const unused = () => assert.fail('no keyed request gets this far')
  return openServer({
    routes: all,
    host: '127.0.0.1',
    port: 0,
    log: silentLog,
    authenticate: () => 'invalid_api_key',
    limiter: { take: unused },
    idempotency: {
      claim: unused,
      settle: unused,
      settleIn: unused,
      renew: unused,
      handBack: unused,
      release: unused,
    },
    transaction: unused,
    isDatabaseDown: () => false,
  })
}

test('GET /openapi.json is a sound document, zipped or not', async () => {
  const zipped = await fetch(`${address}/openapi.json`)
  assert.equal(zipped.headers.get('content-encoding'), 'gzip')
  const document = await zipped.json()
  assert.deepEqual(openApiProblems(document as Record<string, unknown>), [])
  const plain = await fetch(`${address}/openapi.json`, { headers: { 'accept-encoding': 'identity' } })
  assert.equal(plain.headers.get('content-encoding'), null)
  assert.deepEqual(await plain.json(), document)
  assert.ok('/docs' in (document as { paths: object }).paths)
})

test('the pages may load nothing from elsewhere, and only the versioned script is kept by browsers', async () => {
  const page = await fetch(`${address}/docs`)
  assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'; script-src 'self';/)
  assert.equal(page.headers.get('cache-control'), 'no-cache')
  const script = /\/docs\/reference-[\d.]+\.js/.exec(await page.text())?.[0]
  const loaded = await fetch(address + script)
  assert.match(loaded.headers.get('content-type') ?? '', /^text\/javascript/)
  assert.match(loaded.headers.get('cache-control') ?? '', /immutable/)
  assert.match(await loaded.text(), /createApiReference/)
})

for (const scheme of ['light', 'dark'] as const) {
  test(`the first screen tells a newcomer what to do (${scheme})`, async t => {
    const page = await browser.newPage(t, { scheme })
    await page.goto(`${address}/docs`)
    await page.getByRole('heading', { name: 'Start here' }).waitFor()
    await page.getByText('The first start of Carom shows the owner key once.').waitFor()
    await page.getByText('"template": "hello_world"').first().waitFor()
    await page.getByRole('textbox', { name: /token/i }).waitFor()
    // Colours fade in: wait until text and page differ as they should.
    const settled = { text: scheme === 'light' ? 'dark' : 'light', page: scheme }
    const deadline = performance.now() + 10_000
    let seen = await tones(page)
    while (!isDeepStrictEqual(seen, settled) && performance.now() < deadline) seen = await tones(page)
    assert.deepEqual(seen, settled)
    await browser.screenshot(page, `docs-${scheme}`)
  })
}

test('an endpoint shows its sentence, its scope, its example and its errors', async t => {
  const page = await browser.newPage(t)
  await page.goto(`${address}/docs`)
  await page
    .getByRole('link', { name: /Send a text/ })
    .first()
    .click()
  await page.getByText('Answers 201 once Meta has taken the message.').first().waitFor()
  await page.getByText('Your order is on its way.').first().waitFor()
  await page.getByText('/api/v1/whatsapp/messages').first().waitFor()
  const section = (await page.locator('main').textContent()) ?? ''
  assert.match(section, /whatsapp:send/)
  assert.match(section, /Idempotency-Key/)
  assert.match(section, /session_window_closed/)
  await browser.screenshot(page, 'docs-endpoint')
})

test('a request can be tried from the page, with the key that was typed in', async t => {
  const page = await browser.newPage(t, { expected_errors: /status of 401/ })
  await page.goto(`${address}/docs`)
  await page.getByRole('textbox', { name: /token/i }).first().fill('cm_test_abc')
  await page
    .getByRole('link', { name: /Send a text/ })
    .first()
    .click()
  await page.getByRole('button', { name: /Test Request.*post.*whatsapp.messages\)/i }).click()
  const answered = page.waitForResponse(response => response.request().method() === 'POST')
  await page.getByRole('button', { name: /^Send post request/i }).click()
  const response = await answered
  assert.equal(response.url(), `${address}/api/v1/whatsapp/messages`)
  assert.equal(response.request().headers().authorization, 'Bearer cm_test_abc')
  assert.equal(response.request().postDataJSON().text, 'Your order is on its way.')
  assert.equal(response.status(), 401)
  await page.getByText('invalid_api_key').last().waitFor()
  await browser.screenshot(page, 'docs-try')
})

test('it is readable on a phone', async t => {
  const page = await browser.newPage(t, { width_px: 390, height_px: 844 })
  await page.goto(`${address}/docs`)
  await page.getByRole('heading', { name: 'Start here' }).waitFor()
  await browser.screenshot(page, 'docs-phone')
  const width = await page.evaluate('document.documentElement.scrollWidth')
  assert.ok(Number(width) <= 390, `the page is ${width} px wide`)
})

async function tones(page: Page): Promise<{ text: string; page: string }> {
  const colors = "[document.querySelector('main strong'), document.body].map(one => getComputedStyle(one))"
  const [text = '', background = ''] = await page.evaluate<string[]>(
    `(([text, page]) => [text.color, page.backgroundColor])(${colors})`,
  )
  return { text: tone(text), page: tone(background) }
}

function tone(color: string): 'light' | 'dark' {
  const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? []).map(Number)
  return red + green + blue > 384 ? 'light' : 'dark'
}
