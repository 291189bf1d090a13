// The form of the sources as a check (STYLE.md): sizes, names, and what must not be left lying about.

import { isTest } from './sources.ts'

const FORBIDDEN_NAMES = new Set('util utils helper helpers common services manager managers misc'.split(' '))

/** Spelled in halves, so that this file passes its own check. */
const LEFT_OVER = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X'].join('|')})\\b`)
/** A test may be left out where a condition says so, with its reason: `isRoot ? {} : { skip: 'needs root' }`. */
const CONDITIONAL = /\?[^?]*\bskip: *'|\bskip: [^,}]*\?/
const SWITCHED_OFF = /\b(?:test|it|describe|suite|t)\.(only|skip|todo)\b|\{\s*(only|skip|todo):/

/** Everything that is out of form, one sentence each. `files` is path → text. */
export function formProblems(files: ReadonlyMap<string, string>): string[] {
  return [...files].flatMap(([path, text]) => [
    ...nameProblems(path),
    ...sizeProblems(path, text),
    ...exportProblems(path, text),
    ...leftovers(path, text),
  ])
}

function nameProblems(path: string): string[] {
  const words = path
    .split('/')
    .flatMap(part => part.replace(/([a-z0-9])([A-Z])/g, '$1 $2').split(/[^A-Za-z0-9]+/))
  const bad = words.find(word => FORBIDDEN_NAMES.has(word.toLowerCase()))
  const barrel = /(^|\/)index\.[a-z]+$/.test(path)
  return [
    ...(bad ? [`${path}: "${bad}" says nothing; name it after the noun or the verb.`] : []),
    ...(barrel ? [`${path}: no barrels; import from the file that has it.`] : []),
  ]
}

function sizeProblems(path: string, text: string): string[] {
  const limit = isTest(path) ? 400 : 300
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
  return lines > limit ? [`${path}: ${lines} lines; split it (at most ${limit}).`] : []
}

/** Tools that are configured by a module want a default export. */
function exportProblems(path: string, text: string): string[] {
  if (/\.config\.[cm]?[jt]s$/.test(path)) return []
  const bad = /^export\s+default\b|^export\s*\{[^}]*\bas\s+default\b/m.test(text)
  return bad ? [`${path}: no default exports; give it a name.`] : []
}

function leftovers(path: string, text: string): string[] {
  return text.split('\n').flatMap((line, at) => {
    const where = `${path}:${at + 1}`
    const left = LEFT_OVER.exec(line)?.[1]
    const off = isTest(path) && !CONDITIONAL.test(line) ? SWITCHED_OFF.exec(line) : null
    return [
      ...(left ? [`${where}: ${left} is left over; do it or file it.`] : []),
      ...(off ? [`${where}: a test is switched off or alone (${off[1] ?? off[2]}).`] : []),
    ]
  })
}
