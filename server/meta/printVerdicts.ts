// Prints docs/meta-errors.md from the table of verdicts, so that page and behaviour cannot differ.

import type { Line, Reaction, Table } from './verdicts/entry.ts'
import { codeSubcodes, numbers, objectSubcodes, tokenSubcodes } from './verdicts/numbers.ts'
import { legacy, others } from './verdicts/others.ts'
import { platform } from './verdicts/platform.ts'
import { sending } from './verdicts/sending.ts'
import { templateSubcodes, templates } from './verdicts/templates.ts'

const HEAD = `# Meta's errors, explained

Whatever Meta refuses, at once or later in a webhook, is explained in the \`meta\` object of the error (or the \`error\` of a
message): its code, the cause, who can fix it, whether a retry makes sense, and the next step. This page is printed from
the table that Carom itself uses (\`npm run generate\`).

"On a send" tells what Carom does when Meta answers a send with the code: *refuse* answers the error at once;
*retry* and *slow down* try again within the request's deadline (in campaigns for as long as it takes); *reconnect* also
marks the account \`token_invalid\`. A code that is not listed keeps Meta's own words and is refused, unless Meta calls
it transient.
`

export function metaErrorsMarkdown(): string {
  return [
    HEAD,
    section('Platform and authorisation', platform),
    section('Messages and recipients', sending),
    section('Templates and Flows', templates),
    section('Registration, migration, coexistence', numbers),
    section('Groups, calling, block list, usernames', others),
    section('Subcodes: why a token ended (190, 102)', tokenSubcodes),
    section('Subcodes: exchanging a code, objects (100)', { ...objectSubcodes, ...codeSubcodes }),
    section('Subcodes: creating and editing templates (100, 192, 200002)', templateSubcodes),
    legacySection(),
  ].join('\n')
}

function section(title: string, table: Table): string {
  const rows = Object.entries(table).map(([code, line]) => row(code, line))
  return [
    `## ${title}`,
    '',
    '| Code | Title | Cause | Fixed by | Retry | Next step | On a send |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

function row(code: string, [title, cause, fix_by, retry, next_step, reaction]: Line): string {
  const cells = [code === '200' ? '200–299' : code, title, cause, fix_by, retry, next_step, onSend(reaction)]
  return `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function onSend(reaction: Reaction | undefined): string {
  if (reaction === undefined || reaction.kind === 'reject') return 'refuse'
  if (reaction.kind === 'token_invalid') return 'reconnect'
  if (reaction.kind === 'transient') return 'retry'
  const growth = reaction.factor === 1 ? '' : `, ×${reaction.factor} each time`
  return `slow down: ${seconds(reaction.base_ms)}${growth}`
}

function seconds(ms: number): string {
  return ms >= 60_000 ? `${ms / 60_000} min` : `${ms / 1000} s`
}

function legacySection(): string {
  const pairs = Object.entries(legacy).map(([old, now]) => `- ${old} is now ${now}.`)
  return ['## Codes of the retired on-premises API', '', ...pairs, ''].join('\n')
}
