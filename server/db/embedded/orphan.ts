/**
 * A PostgreSQL that outlived the Carom it belonged to (killed with -9) still holds the files. Whoever has the lock may
 * stop it; and a postmaster.pid whose number means somebody else by now, as after a reboot, must not stop us.
 */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { chown, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Log } from '../../kit/log.ts'
import type { Cluster } from './cluster.ts'

const run = promisify(execFile)

/** Clean first, then fast without cleaning up (a crash recovery later), then the way that always works. */
const STEPS: { signal: NodeJS.Signals; patience_ms: number }[] = [
  { signal: 'SIGINT', patience_ms: 10_000 },
  { signal: 'SIGQUIT', patience_ms: 5_000 },
  { signal: 'SIGKILL', patience_ms: 5_000 },
]

/** Call only with the lock held. */
export async function stopOrphan(cluster: Cluster, log: Log): Promise<void> {
  const file = join(cluster.folder, 'postmaster.pid')
  const text = await readFile(file, 'utf8').catch(() => '')
  const pid = Number.parseInt(text, 10)
  if (!(await isOf(cluster, pid))) return disown(file, text)
  log.info({ pid }, 'A PostgreSQL of an earlier Carom is still running; stopping it')
  for (const { signal, patience_ms } of STEPS) {
    process.kill(pid, signal)
    if (await isGone(pid, patience_ms)) return
  }
  throw new Error(`PostgreSQL (process ${pid}) of an earlier Carom does not stop. End it, then start again.`)
}

/**
 * The file must go on telling which shared memory its postmaster used: PostgreSQL asks whether anybody is left in there.
 * Its process number, which may mean anybody by now, is overwritten with ours: PostgreSQL knows that the process that
 * starts it is not another postmaster.
 */
async function disown(file: string, text: string): Promise<void> {
  if (text.trim() === '' || process.platform === 'win32') return rm(file, { force: true })
  const { uid, gid } = await stat(dirname(file))
  await writeFile(`${file}.new`, text.replace(/^-?\d+/, String(process.pid)), { mode: 0o600 })
  await chown(`${file}.new`, uid, gid)
  await rename(`${file}.new`, file)
}

async function isGone(pid: number, patience_ms: number): Promise<boolean> {
  const end = Date.now() + patience_ms
  while (isAlive(pid)) {
    if (Date.now() > end) return false
    await sleep(10)
  }
  return true
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !isZombie(pid)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Dead, but whoever inherited it has not noticed: in a container perhaps nobody ever does. */
function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false
  try {
    return /\) Z [^)]*$/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

async function isOf(cluster: Cluster, pid: number): Promise<boolean> {
  if (!(pid > 0) || !isAlive(pid)) return false
  return (await commandLine(pid)).includes(cluster.name)
}

async function commandLine(pid: number): Promise<string> {
  if (process.platform === 'linux') return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  const [program, args]: [string, string[]] =
    process.platform === 'win32'
      ? [
          'powershell.exe',
          [
            '-NoProfile',
            '-Command',
            `(Get-CimInstance Win32_Process -Filter "ProcessId=${pid}").CommandLine`,
          ],
        ]
      : ['ps', ['-ww', '-o', 'command=', '-p', String(pid)]]
  return run(program, args, { windowsHide: true }).then(
    result => result.stdout,
    () => '',
  )
}
