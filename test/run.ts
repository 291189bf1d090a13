// The test command: one PostgreSQL with a migrated template database for the whole run, then `node --test` over every
// test file. Arguments that are file names narrow the run: `npm test -- server/http/server.test.ts`.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { glob, mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbedded } from '../server/db/embedded.ts'
import { silentLog } from '../server/kit/log.ts'
import { CLIENTS, prepareTemplate, relaxDurability } from './database.ts'

const root = join(import.meta.dirname, '..')
const compiled = join(root, 'node_modules/.cache/carom')
const folder = await mkdtemp(join(tmpdir(), 'carom-test-'))
const postgres = await startEmbedded({ data_dir: folder, log: silentLog, clients: CLIENTS })
let code = 1
try {
  await relaxDurability(postgres.url)
  await prepareTemplate(postgres.url, join(root, 'server/db/migrations'))
  code = await runTests(await files(), postgres.url)
} finally {
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
}
process.exit(code)

async function files(): Promise<string[]> {
  const named = process.argv.slice(2).filter(argument => !argument.startsWith('-'))
  if (named.length > 0) return named
  const found = await Array.fromAsync(glob('{server,simulator,test,bench,cli}/**/*.test.ts', { cwd: root }))
  return found.sort()
}

async function runTests(paths: string[], url: string): Promise<number> {
  const flags = process.argv.slice(2).filter(argument => argument.startsWith('-'))
  // Every file waits now and then, for a timer or a process that starts: one more than there are cores keeps them busy.
  const concurrency = `--test-concurrency=${availableParallelism() + 1}`
  const child = spawn(
    process.execPath,
    ['--test', concurrency, '--test-timeout=240000', ...flags, ...paths],
    {
      cwd: root,
      stdio: 'inherit',
      // Every file is a process of its own: compiled once, all of them start in half the time.
      env: { ...process.env, CAROM_TEST_DATABASE_URL: url, NODE_COMPILE_CACHE: compiled },
    },
  )
  // Killed or stopped, the run still ends with its PostgreSQL stopped.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  const [status] = await once(child, 'exit')
  return typeof status === 'number' ? status : 1
}
