// Whether every variable of a text comes with its example, as Meta's reviewers want it.

import { blame, type Findings, isPart, type Part } from './findings.ts'
import type { Format } from './placeholders.ts'

type Fields = { list: 'body_text' | 'header_text'; named: string }

export function checkExamples(
  found: Findings,
  part: Part,
  names: string[],
  at: { param: string; format: Format; fields: Fields },
): void {
  if (names.length === 0) return
  const example = isPart(part.example) ? part.example : {}
  const { param, format, fields } = at
  if (format === 'NAMED') checkNamed(found, example[fields.named], names, `${param}.example.${fields.named}`)
  else checkList(found, example[fields.list], names, { param: `${param}.example.${fields.list}`, fields })
}

function checkList(
  found: Findings,
  given: unknown,
  names: string[],
  { param, fields }: { param: string; fields: Fields },
): void {
  const nested = fields.list === 'body_text'
  const shape = nested ? '[["…", "…"]]' : '["…"]'
  const list = nested && typeof given === 'string' ? [given] : nested ? inner(given) : given
  if (!Array.isArray(list)) {
    blame(found, param, `Give an example for each of the ${names.length} variables, as ${shape}.`)
  } else if (list.length !== names.length) {
    blame(found, param, `There are ${list.length} examples for ${names.length} variables; give one for each.`)
  } else if (!list.every(isSample)) blame(found, param, 'Every example must be a text, and not empty.')
}

/** `[["a", "b"]]` and the flat form that Meta's pages print as well. */
function inner(given: unknown): unknown {
  return Array.isArray(given) && Array.isArray(given[0]) ? given[0] : given
}

function isSample(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== ''
}

function checkNamed(found: Findings, given: unknown, names: string[], param: string): void {
  if (!Array.isArray(given) || !given.every(isPart)) {
    const message = `Give an example for each of ${names.join(', ')}, as [{"param_name": "${names[0]}", "example": "…"}].`
    blame(found, param, message)
    return
  }
  const told = given.map(pair => pair.param_name)
  for (const name of names) {
    if (!told.includes(name)) blame(found, param, `The variable ${name} has no example.`)
  }
  for (const [at, pair] of given.entries()) {
    const where = `${param}[${at}]`
    if (!names.includes(String(pair.param_name)))
      blame(found, where, 'The text has no variable of this name.')
    else if (told.indexOf(pair.param_name) !== at)
      blame(found, where, 'This variable has an example already.')
    else if (!isSample(pair.example)) blame(found, `${where}.example`, 'This must be a text, and not empty.')
  }
}
