// The `carom` program: one word for what to do, then that command's own words. `npm run carom -- keys list`.

import { type Command, helpOf, readWords, UsageError } from './command.ts'
import { entries } from './entries.ts'

/** Not for people. */
const HIDDEN = ['warm']

process.exitCode = await main(process.argv[2])

/** Exit codes: 0 done, 1 not done (one sentence says why), 2 wrong words. */
async function main(name: string | undefined): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(overview())
    return 0
  }
  const entry = Object.hasOwn(entries, name) ? entries[name] : undefined
  if (!entry) {
    process.stderr.write(`There is no command "${name}".\n\n${overview()}`)
    return 2
  }
  if ('start' in entry) {
    process.argv.splice(2, 1)
    await entry.start()
    return Number(process.exitCode ?? 0)
  }
  return runCommand(name, await entry.load(), process.argv.slice(3))
}

async function runCommand(name: string, command: Command, words: string[]): Promise<number> {
  try {
    const given = readWords(command, words)
    if (given.flag('help')) process.stdout.write(helpOf(name, command))
    else await command.run(given, entries)
    return Number(process.exitCode ?? 0)
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\nSee: carom ${name} --help\n`)
      return 2
    }
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  }
}

function overview(): string {
  const lines = Object.entries(entries)
    .filter(([name]) => !HIDDEN.includes(name))
    .map(([name, { about }]) => `  ${name.padEnd(14)} ${about}`)
  return `Usage: carom <command> [options]\n\n${lines.join('\n')}\n\nEach command explains itself: carom <command> --help\n`
}
