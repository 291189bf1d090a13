// What people read at the end: aligned tables, and a bar beside each figure that has one. The same figures go to a file.

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { shapeOfMachine } from './machine.ts'

export function table(heads: string[], rows: string[][]): string {
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map(row => row[column]?.length ?? 0)),
  )
  const line = (cells: string[]) =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
  return ['', line(heads), line(widths.map(width => '─'.repeat(width))), ...rows.map(line), ''].join('\n')
}

export function whole(n: number): string {
  return Math.round(n).toLocaleString('en-US')
}

export function ms(n: number): string {
  return n >= 100 ? n.toFixed(0) : n.toFixed(1)
}

/** `0.53  (bar ≥ 0.50: pass)` */
export function atLeast(value: number, bar: number | undefined): string {
  return judged(value.toFixed(2), bar, '≥', value >= (bar ?? 0), bar?.toFixed(2))
}

/** `112  (bar < 150: pass)` */
export function below(value: number, bar: number): string {
  return judged(value >= 100 ? value.toFixed(0) : value.toFixed(1), bar, '<', value < bar, String(bar))
}

function judged(shown: string, bar: number | undefined, sign: string, pass: boolean, at = ''): string {
  return bar === undefined ? shown : `${shown}  (bar ${sign} ${at}: ${pass ? 'pass' : 'MISS'})`
}

export function errorLines(side: string, errors: Record<string, number>): string[] {
  return Object.entries(errors).map(([what, times]) => `  ${side}: ${whole(times)} × ${what}`)
}

/** Runs that were not on a quiet machine, or short, belong into no comparison: the file says which they were. */
export async function keep(name: string, figures: object): Promise<string> {
  const at = new Date().toISOString()
  const folder = join(import.meta.dirname, 'results')
  await mkdir(folder, { recursive: true })
  const file = join(folder, `${name}-${at.slice(0, 19).replaceAll(':', '')}.local.json`)
  await writeFile(file, `${JSON.stringify({ at, machine: shapeOfMachine(), ...figures }, null, 2)}\n`)
  return file
}
