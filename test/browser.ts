// A real browser for tests of pages: one per test file, started at the first page and closed after the last test.
// A page that logs an error, throws, or asks for anything outside this machine fails its test.

import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext } from 'node:test'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

export type PageOptions = {
  /** Which of the two looks the page is asked for. */
  scheme?: 'light' | 'dark'
  width_px?: number
  height_px?: number
  /** Console errors that this test expects, such as the browser's own line about a 404. */
  expected_errors?: RegExp
}

export type TestBrowser = {
  /** A page with cookies and storage of its own. When the test ends it is closed, and its problems fail the test. */
  newPage(t: TestContext, options?: PageOptions): Promise<Page>
  /** Saves a picture where CAROM_SCREENSHOTS says (a folder), or in a temporary folder. Returns its path. */
  screenshot(page: Page, name: string): Promise<string>
}

/** Call it once at the top of a test file. */
export function openBrowser(): TestBrowser {
  let starting: Promise<Browser> | undefined
  let folder: Promise<string> | undefined
  after(async () => {
    await (await starting)?.close()
    if (folder && !process.env.CAROM_SCREENSHOTS) await rm(await folder, { recursive: true, force: true })
  })
  return {
    async newPage(t, options = {}) {
      starting ??= launch()
      const browser = await starting
      return openPage(t, browser, options)
    },
    async screenshot(page, name) {
      folder ??= screenshotFolder()
      const path = join(await folder, `${name}.png`)
      await page.screenshot({ path })
      if (process.env.CAROM_SCREENSHOTS) console.log(`screenshot: ${path}`)
      return path
    },
  }
}

async function openPage(t: TestContext, browser: Browser, options: PageOptions): Promise<Page> {
  const context = await browser.newContext({
    colorScheme: options.scheme ?? 'light',
    viewport: { width: options.width_px ?? 1280, height: options.height_px ?? 800 },
    reducedMotion: 'reduce',
  })
  const problems = await watch(context, options.expected_errors)
  t.after(async () => {
    await context.close()
    if (problems.length > 0) throw new Error(`The page had problems:\n${problems.join('\n')}`)
  })
  return context.newPage()
}

async function watch(context: BrowserContext, expected: RegExp | undefined): Promise<string[]> {
  const problems: string[] = []
  context.on('weberror', thrown => {
    const error = thrown.error()
    problems.push(`threw: ${error.stack ?? error.message}`)
  })
  context.on('console', message => {
    if (message.type() !== 'error' || expected?.test(message.text())) return
    problems.push(`logged an error: ${message.text()} (${message.location().url})`)
  })
  await context.route(
    url => !isLocal(url),
    route => {
      problems.push(`asked for ${route.request().url()}, which is outside this machine`)
      return route.abort()
    },
  )
  return problems
}

function isLocal(url: URL): boolean {
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  return loopback || ['data:', 'blob:', 'about:'].includes(url.protocol)
}

/** On Linux the browser and its libraries come with the npm package, for root and CI too; elsewhere an installed Chrome is driven. */
async function launch(): Promise<Browser> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return chromium.launch({ channel: 'chrome' })
  const folder = await unpackedChromium()
  const fonts = existsSync('/etc/fonts') ? {} : { FONTCONFIG_PATH: join(folder, 'fonts') }
  return chromium.launch({
    executablePath: join(folder, 'chromium'),
    args: ['--no-sandbox', '--no-zygote', '--disable-gpu', '--font-render-hinting=none'],
    env: { ...process.env, LD_LIBRARY_PATH: join(folder, 'al2023/lib'), ...fonts } as Record<string, string>,
  })
}

const CHROMIUM = join(import.meta.dirname, '../node_modules/@sparticuz/chromium')

/**
 * The package unpacks into the temporary folder and takes a half-written file of another process for a finished one.
 * Test files run in parallel, so each unpacks into a folder of its own, and the first to finish names it.
 */
async function unpackedChromium(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(CHROMIUM, 'package.json'), 'utf8')) as {
    version: string
  }
  const final = join(tmpdir(), `carom-chromium-${version}-${userInfo().uid}`)
  if (existsSync(final)) return final
  const own = await mkdtemp(join(tmpdir(), 'carom-chromium-'))
  const { inflate } = await import('@sparticuz/chromium')
  const before = process.env.TMPDIR
  process.env.TMPDIR = own // os.tmpdir() asks for it at each call
  const parts = ['chromium.br', 'fonts.tar.br', 'al2023.tar.br']
  const unpacking = parts.map(part => inflate(join(CHROMIUM, 'bin', part)))
  if (before === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = before
  await Promise.all(unpacking)
  await rename(own, final).catch(() => rm(own, { recursive: true, force: true }))
  return final
}

async function screenshotFolder(): Promise<string> {
  const wanted = process.env.CAROM_SCREENSHOTS
  if (!wanted) return mkdtemp(join(tmpdir(), 'carom-screenshots-'))
  await mkdir(wanted, { recursive: true })
  return wanted
}
