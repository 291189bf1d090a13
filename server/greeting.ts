// The few lines that a person sees on the terminal at start and at the end.

import type { Config } from './config.ts'
import { SANDBOX_APP } from './sandbox/app.ts'
import type { Carom } from './start.ts'

export function opening(config: Config): string {
  const where = config.DATABASE_URL ? 'your PostgreSQL' : 'embedded PostgreSQL'
  return `\n  Carom is starting (${config.sandbox ? `sandbox mode: ${where}, simulator, gateway` : where}) …\n`
}

export function greeting(
  config: Config,
  carom: Pick<Carom, 'url' | 'simulator_url' | 'new_owner_key'>,
): string {
  const lines = ['', `  API     ${carom.url}/api/v1`, `  Docs    ${carom.url}/docs`]
  if (carom.simulator_url)
    lines.push(`  Phone   ${carom.simulator_url}   (be the customer: read, answer, move the clock)`)
  lines.push(...keyLines(config, carom))
  if (carom.simulator_url) lines.push(...firstSteps(config, carom))
  lines.push('', '  Ctrl-C stops it.', '', '')
  return lines.join('\n')
}

export function farewell(): string {
  return '\n  Finishing what is in flight …\n'
}

function keyLines(config: Config, carom: Pick<Carom, 'new_owner_key'>): string[] {
  if (carom.new_owner_key) {
    return [
      `  Key     ${carom.new_owner_key}`,
      '          (your owner key; it is shown this once, so keep it now)',
    ]
  }
  const from = config.CAROM_OWNER_KEY ? 'the one in CAROM_OWNER_KEY' : 'the one shown at the first start'
  return [`  Key     ${from}`]
}

/** Two lines to paste: send a template, and read what became of it. */
function firstSteps(config: Config, carom: Pick<Carom, 'url' | 'new_owner_key'>): string[] {
  const key = carom.new_owner_key ?? config.CAROM_OWNER_KEY ?? '$CAROM_KEY'
  const auth = `-H "Authorization: Bearer ${key}"`
  const body = JSON.stringify({
    phone_number_id: SANDBOX_APP.phone_number_ids[0],
    to: '+15550101001',
    template: 'hello_world',
    language: 'en_US',
  })
  const before = key === '$CAROM_KEY' ? ['', '  First:  export CAROM_KEY=cm_live_…   (your key)'] : []
  return [
    ...before,
    '',
    '  Send a template to Ada:',
    '',
    `curl -s ${carom.url}/api/v1/whatsapp/messages/template ${auth} -H "Content-Type: application/json" -d '${body}'`,
    '',
    '  See what became of it:',
    '',
    `curl -s "${carom.url}/api/v1/whatsapp/messages?limit=1" ${auth}`,
  ]
}
