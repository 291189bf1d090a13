// What a command of the `carom` program is, and how its words are read. Wrong words are told in a sentence, with the help
// of the command one step away.

import { parseArgs } from 'node:util'

export type Option = {
  type: 'string' | 'boolean'
  short?: string
  multiple?: true
  /** What stands behind the name in the help: `NAME`. */
  value?: string
  about: string
}

export type Given = {
  /** What stands beside the options, in order. */
  words: string[]
  text(name: string): string | undefined
  texts(name: string): string[]
  flag(name: string): boolean
}

export type Command = {
  about: string
  /** Behind the command's name, one line for each way to call it. */
  usage: string[]
  options: Record<string, Option>
  examples: string[]
  /** `all` is the table of commands, for the one that speaks of them. */
  run(given: Given, all: Entries): Promise<void>
}

export type Entry = { about: string; load(): Promise<Command> } | { about: string; start(): Promise<unknown> }

export type Entries = Record<string, Entry>

/** Wrong words on the command line: exit code 2, and where the help is. */
export class UsageError extends Error {}

/** Everything else that went wrong as one sentence: exit code 1. */
export class CommandError extends Error {}

export const shared: Record<string, Option> = {
  json: { type: 'boolean', about: 'Print JSON, for scripts.' },
  help: { type: 'boolean', short: 'h', about: 'Print this.' },
}

/** For commands that talk to a running Carom, on this machine or another. */
export const remote: Record<string, Option> = {
  url: { type: 'string', value: 'URL', about: 'Where Carom is (CAROM_URL; default http://127.0.0.1:4000).' },
  key: { type: 'string', value: 'KEY', about: 'Your API key (CAROM_KEY, or CAROM_OWNER_KEY).' },
}

export function readWords(command: Command, words: string[]): Given {
  const options = { ...command.options, ...shared }
  try {
    const { values, positionals } = parseArgs({ args: words, options, allowPositionals: true, strict: true })
    const given = values as Record<string, string | boolean | string[] | undefined>
    return {
      words: positionals,
      text(name) {
        const value = given[name]
        return typeof value === 'string' ? value : undefined
      },
      texts(name) {
        const value = given[name]
        return Array.isArray(value) ? value : typeof value === 'string' ? [value] : []
      },
      flag: name => given[name] === true,
    }
  } catch (error) {
    throw new UsageError((error as Error).message.replace(/\. To specify.*$/s, '.'))
  }
}

export function helpOf(name: string, command: Command): string {
  const usage = command.usage.map(line => `  carom ${name}${line === '' ? '' : ` ${line}`}`)
  const options = Object.entries({ ...command.options, ...shared }).map(
    ([option, { short, value, about }]) => {
      const names = `${short ? `-${short}, ` : ''}--${option}${value ? ` ${value}` : ''}`
      return `  ${names.padEnd(24)}  ${about}`
    },
  )
  const examples = command.examples.map(line => `  ${line}`)
  return [
    command.about,
    '',
    'Usage:',
    ...usage,
    '',
    'Options:',
    ...options,
    '',
    'Examples:',
    ...examples,
    '',
  ].join('\n')
}

/** The word at that place; fails with what is missing. */
export function needWord(given: Given, place: number, what: string): string {
  return given.words[place] ?? missing(what)
}

export function needText(given: Given, name: string): string {
  return given.text(name) ?? missing(`--${name}`)
}

function missing(what: string): never {
  throw new UsageError(`${what} is missing.`)
}
