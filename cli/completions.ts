// `carom completions`: what a shell needs to complete the words of this program.

import { type Command, type Entries, needWord, shared, UsageError } from './command.ts'
import { say } from './print.ts'

export const command: Command = {
  about: 'Prints completions for a shell.',
  usage: ['bash', 'zsh', 'fish'],
  options: {},
  examples: ['carom completions bash > /etc/bash_completion.d/carom', 'carom completions fish | source'],
  async run(given, all) {
    const shell = needWord(given, 0, 'The shell')
    const print = Object.hasOwn(SHELLS, shell) ? SHELLS[shell] : undefined
    if (!print) throw new UsageError(`"${shell}" is none of bash, zsh, fish.`)
    say(print(await words(all)))
  },
}

type Words = Map<string, { about: string; options: string[] }>

async function words(entries: Entries): Promise<Words> {
  const found: Words = new Map()
  for (const [name, entry] of Object.entries(entries)) {
    if (name === 'warm') continue
    const command = 'load' in entry ? await entry.load() : undefined
    const options = command ? Object.keys({ ...command.options, ...shared }) : []
    found.set(name, { about: entry.about, options: options.map(option => `--${option}`) })
  }
  return found
}

const cases = (all: Words, line: (name: string, options: string[]) => string) =>
  [...all].map(([name, { options }]) => line(name, options)).join('\n')

const SHELLS: Record<string, (all: Words) => string> = {
  bash: all => `_carom() {
  local word="\${COMP_WORDS[COMP_CWORD]}" options=""
  if [ "$COMP_CWORD" -eq 1 ]; then options="${[...all.keys()].join(' ')}"
  else case "\${COMP_WORDS[1]}" in
${cases(all, (name, options) => `    ${name}) options="${options.join(' ')}" ;;`)}
  esac; fi
  COMPREPLY=($(compgen -W "$options" -- "$word"))
}
complete -o default -F _carom carom`,
  zsh: all => `#compdef carom
_carom() {
  if (( CURRENT == 2 )); then
    local -a commands=(${[...all].map(([name, { about }]) => `'${name}:${quoted(about)}'`).join(' ')})
    _describe 'command' commands
  else case "$words[2]" in
${cases(all, (name, options) => `    ${name}) compadd -- ${options.join(' ')} ;;`)}
  esac; _files; fi
}
compdef _carom carom`,
  fish: all =>
    [...all]
      .flatMap(([name, { about, options }]) => [
        `complete -c carom -n __fish_use_subcommand -a ${name} -d '${quoted(about)}'`,
        ...options.map(
          option => `complete -c carom -n '__fish_seen_subcommand_from ${name}' -l ${option.slice(2)}`,
        ),
      ])
      .join('\n'),
}

function quoted(text: string): string {
  return text.replaceAll("'", '’').replaceAll(':', ' –')
}
