// Variables in the texts of a template that is to be submitted: how they are written, numbered or named, and placed.

import { blame, type Findings } from './findings.ts'

export type Format = 'POSITIONAL' | 'NAMED'

const PLACEHOLDER = /\{\{(\w+)\}\}/g
/** Stands for a variable while the text around it is looked at. Text of a request cannot hold it. */
const MARK = '\u0000'

/** The variables of a text, each once; problems of their form are told. */
export function readPlaceholders(found: Findings, text: string, param: string, format: Format): string[] {
  const names = [...new Set([...text.matchAll(PLACEHOLDER)].map(match => match[1] as string))]
  const marked = text.replace(PLACEHOLDER, MARK)
  if (/\{\{|\}\}|\{\0|\0\}/.test(marked)) {
    const form = format === 'NAMED' ? '{{first_name}}' : '{{1}}'
    blame(found, param, `Some braces do not form a variable; write each one exactly as ${form}.`)
  }
  if (format === 'NAMED') checkNames(found, names, param)
  else checkNumbers(found, names, param)
  return names
}

function checkNames(found: Findings, names: string[], param: string): void {
  for (const name of names) {
    if (/^[a-z_][a-z0-9_]*$/.test(name)) continue
    const why = /^\d+$/.test(name)
      ? 'this template names its variables (parameter_format NAMED)'
      : 'it is not'
    blame(
      found,
      param,
      `{{${name}}}: a name is lower-case letters, digits and underscores, not first a digit; ${why}.`,
    )
  }
}

function checkNumbers(found: Findings, names: string[], param: string): void {
  const worded = names.filter(name => !/^[1-9]\d*$/.test(name))
  if (worded.length > 0) {
    const message = `${worded.map(name => `{{${name}}}`).join(', ')}: number the variables {{1}}, {{2}}, …, or set parameter_format to NAMED.`
    blame(found, param, message)
    return
  }
  const gap = names.map((_, at) => at + 1).find(number => !names.includes(String(number)))
  if (gap !== undefined) {
    blame(found, param, `{{${gap}}} is missing: variables are numbered from {{1}} upwards without gaps.`)
  }
}

/** Not at either end, not side by side, not too many for the words around them. */
export function checkPlacement(found: Findings, text: string, count: number, param: string): void {
  const marked = text.replace(PLACEHOLDER, MARK).trim()
  if (!marked.includes(MARK)) return
  if (marked.startsWith(MARK) || marked.endsWith(MARK)) {
    blame(found, param, 'The body must not begin or end with a variable; put words before and after it.')
  }
  if (/\0\s*\0/.test(marked)) {
    blame(found, param, 'Two variables must not stand side by side; put words between them.')
  }
  const words = countWords(marked.replaceAll(MARK, ' '))
  const wanted = 2 * count + 1
  if (words < wanted) {
    const message = `There are ${count} variable${count === 1 ? '' : 's'} among ${words} words; Meta wants at least ${wanted} words for that many.`
    blame(found, param, message)
  }
}

/** Scripts without spaces between words: each of their letters counts. */
const SPACELESS = /\p{sc=Han}|\p{sc=Hira}|\p{sc=Kana}|\p{sc=Thai}|\p{sc=Laoo}|\p{sc=Khmr}|\p{sc=Mymr}/gu

function countWords(text: string): number {
  const letters = [...text.matchAll(SPACELESS)].length
  const words = text.replace(SPACELESS, ' ').match(/\S*[\p{L}\p{N}]\S*/gu) ?? []
  return letters + words.length
}
