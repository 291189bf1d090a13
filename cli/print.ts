// What commands print: aligned tables and calm sentences for people, JSON for scripts. Colours and progress only where a
// terminal shows them (NO_COLOR is honoured).

import { styleText } from 'node:util'

export type Tone = 'good' | 'warning' | 'bad' | 'quiet' | 'strong'

const STYLES = { good: 'green', warning: 'yellow', bad: 'red', quiet: 'dim', strong: 'bold' } as const

export function tone(text: string, as: Tone): string {
  return styleText(STYLES[as], text, { stream: process.stdout, validateStream: true })
}

export function say(text = ''): void {
  process.stdout.write(`${text}\n`)
}

export function printJson(value: unknown): void {
  say(JSON.stringify(value, null, 2))
}

/** Columns as wide as their longest cell; what is missing is a dash. `none` is said where there are no rows. */
export function printTable(
  columns: string[],
  rows: (string | number | null | undefined)[][],
  none: string,
): void {
  if (rows.length === 0) {
    say(none)
    return
  }
  const cells = rows.map(row => row.map(cell => (cell === null || cell === undefined ? '–' : String(cell))))
  const widths = columns.map((name, at) => Math.max(name.length, ...cells.map(row => (row[at] ?? '').length)))
  const line = (row: string[]) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd()
  say(tone(line(columns), 'quiet'))
  for (const row of cells) say(line(row))
}

/** Names and values under each other. */
export function printFields(fields: [string, string | number | null | undefined][]): void {
  const width = Math.max(...fields.map(([name]) => name.length))
  for (const [name, value] of fields) say(`${tone(name.padEnd(width), 'quiet')}  ${value ?? '–'}`)
}

export type Progress = { at(done: number, note?: string): void; end(): void }

const WIDTH = 30
const EVERY_MS = 100

/** A bar on the error stream, which scripts that read the output never see. */
export function progress(label: string, total: number): Progress {
  const { stderr } = process
  let shown_ms = 0
  const draw = (done: number, note: string) => {
    const part = total === 0 ? 1 : Math.min(1, done / total)
    const full = Math.round(part * WIDTH)
    const bar = `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)}`
    stderr.write(`\r\x1b[K${label}  ${bar}  ${Math.floor(part * 100)} %  ${note}`)
  }
  return {
    at(done, note = '') {
      if (!stderr.isTTY || performance.now() - shown_ms < EVERY_MS) return
      shown_ms = performance.now()
      draw(done, note)
    },
    end() {
      if (stderr.isTTY) stderr.write('\r\x1b[K')
    },
  }
}

export function bytes(count: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  const power = count < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(count) / 3))
  return `${(count / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`
}
