// The `carom` command: one program, a word for what to run. `npm run carom -- simulate --port 4010`.

type Command = { help: string; run(): Promise<unknown> }

const commands: Record<string, Command> = {
  serve: {
    help: 'the gateway (with its database and simulator in sandbox mode)',
    run: () => import('../server/main.ts'),
  },
  simulate: {
    help: 'the simulator of Meta alone; --port, --host, --state FILE',
    run: () => import('../simulator/main.ts'),
  },
  warm: { help: 'compiles ahead, so that the first start is quick', run: warm },
}

await main(process.argv[2])

async function main(name: string | undefined): Promise<void> {
  const command = name === undefined ? undefined : commands[name]
  if (!command) {
    const wrong = name === undefined || name === '--help' ? '' : `There is no command "${name}".\n\n`
    process.stderr.write(`${wrong}${usage()}`)
    process.exitCode = wrong === '' ? 0 : 2
    return
  }
  process.argv.splice(2, 1)
  await command.run()
}

/** Importing is compiling; carom.js keeps the result. */
async function warm(): Promise<void> {
  await Promise.all([import('../server/start.ts'), import('../simulator/start.ts')])
}

function usage(): string {
  const lines = Object.entries(commands).map(([name, { help }]) => `  ${name.padEnd(10)} ${help}`)
  return `Usage: carom <command>\n\n${lines.join('\n')}\n`
}
