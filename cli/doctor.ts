// `carom doctor`: what is wrong with an installation and its accounts, and what mends it.

import { type Json, openClient } from './client.ts'
import { type Command, remote } from './command.ts'
import { printJson, say, type Tone, tone } from './print.ts'

const MARKS: Record<string, [mark: string, tone: Tone]> = {
  error: ['✗', 'bad'],
  warning: ['!', 'warning'],
  notice: ['·', 'strong'],
  ok: ['✓', 'good'],
}

export const command: Command = {
  about:
    "Looks at accounts, numbers and templates, here and at Meta; with the first tenant's owner key also at the installation.\nExit code 1 if something does not work.",
  usage: ['[--fix] [--all]'],
  options: {
    ...remote,
    fix: { type: 'boolean', about: "Mend what can be mended through Meta's API." },
    all: { type: 'boolean', about: 'Also print what is as it should be.' },
  },
  examples: [
    'carom doctor',
    'carom doctor --fix',
    'carom doctor --json | jq ".findings[] | select(.severity == "error")"',
  ],
  async run(given) {
    const client = openClient(given)
    const told: Json = given.flag('fix') ? await client.post('/doctor/fix') : await client.get('/doctor')
    const { findings, fixed = [] } = told as { findings: Json[]; fixed?: Json[] }
    if (findings.some(finding => finding.severity === 'error')) process.exitCode = 1
    if (given.flag('json')) {
      printJson(told)
      return
    }
    for (const { done, subject, message } of fixed) {
      say(
        `${done ? tone('Mended', 'good') : tone('Not mended', 'bad')}  ${subject === null ? '' : `${subject}  `}${message}`,
      )
    }
    for (const finding of findings) if (given.flag('all') || finding.severity !== 'ok') show(finding)
    say(summary(findings))
  },
}

function show({ severity, subject, message, remedy }: Json): void {
  const [mark, as] = MARKS[severity] ?? ['·', 'strong']
  say(`${tone(mark, as)} ${subject === null ? '' : `${tone(subject, 'quiet')}  `}${message}`)
  if (remedy !== null) say(`    ${tone(remedy, 'quiet')}`)
}

function summary(findings: Json[]): string {
  const count = (severity: string) => findings.filter(finding => finding.severity === severity).length
  const [errors, warnings, fine] = [count('error'), count('warning'), count('ok')]
  if (errors + warnings === 0) return tone(`All is well: ${fine} things looked at.`, 'good')
  return `${errors} ${errors === 1 ? 'error' : 'errors'}, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}, ${fine} things in order.`
}
