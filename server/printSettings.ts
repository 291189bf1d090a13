// docs/settings.md, printed from the table in config.ts: what is documented is what is read.

import { settings } from './config.ts'

type Entry = { help: string; fallback: unknown; shown_default?: string; secret?: true }

/** The whole page, ending in a line break. */
export function settingsMarkdown(): string {
  const rows = Object.entries(settings as Record<string, Entry>).map(row)
  return `${INTRODUCTION}\n| name | default | meaning |\n|---|---|---|\n${rows.join('\n')}\n\n${SECRETS}`
}

const INTRODUCTION = `# Settings

Printed from \`server/config.ts\` by \`npm run generate\`; do not edit this page.

Settings are environment variables. All of them may be left out: then Carom runs in sandbox mode, with a PostgreSQL of
its own. An empty value counts as left out. Wrong values are all reported at the start, each with a sentence.
`

const SECRETS = `Those marked *secret* are never repeated, in no log and no error.
`

function row([name, { help, fallback, shown_default, secret }]: [string, Entry]): string {
  const usual = shown_default ?? `\`${String(fallback)}\``
  return `| \`${name}\` | ${cell(usual)} | ${cell(help)}${secret ? ' *Secret.*' : ''} |`
}

function cell(text: string): string {
  return text.replaceAll(/[|*]/g, '\\$&')
}
