import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settings } from './config.ts'
import { settingsMarkdown } from './printSettings.ts'

test('every setting has a row of three cells, with its default, its sentence and whether it is secret', () => {
  const page = settingsMarkdown()
  const rows = page.split('\n').filter(line => line.startsWith('| `'))
  assert.deepEqual(
    rows.map(line => line.split('`')[1]),
    Object.keys(settings),
  )
  for (const line of rows) assert.equal(line.replaceAll('\\|', '').split('|').length, 5, line)
  assert.ok(page.includes('| `PORT` | `4000` | Where the API listens. |'))
  assert.match(page, /\| `META_APP_SECRET` \| sandbox mode \| .* \*Secret\.\* \|/)
  assert.match(page, /\| `CAROM_ALLOW_PRIVATE_WEBHOOKS` \| `false` \|/)
})
