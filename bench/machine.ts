// What processes cost, from /proc: CPU time and resident memory. Elsewhere than on Linux all of it is zero.

import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'

/** Of /proc/<pid>/stat; a tick is 10 ms on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100

/** CPU seconds of one process, all its threads. */
export function cpuSeconds(pid: number): number {
  const stat = readStat(pid)
  return stat ? stat.own / TICKS_PER_SECOND : 0
}

/** CPU seconds of a process, its children, and those children that are gone. */
export function familyCpuSeconds(pid: number): number {
  const parent = readStat(pid)
  if (!parent) return 0
  const children = processes().flatMap(child => {
    const stat = readStat(child)
    return stat?.parent === pid ? [stat.own] : []
  })
  return (parent.own + parent.gone + children.reduce((sum, own) => sum + own, 0)) / TICKS_PER_SECOND
}

export function residentMb(pid: number): number {
  try {
    const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return Math.round(Number(kb ?? 0) / 1024)
  } catch {
    return 0
  }
}

/** The highest that memory was seen, looked at four times a second, until `stop`. */
export function watchMemory(pid: number): { stop(): number } {
  let highest = residentMb(pid)
  const timer = setInterval(() => {
    highest = Math.max(highest, residentMb(pid))
  }, 250)
  return {
    stop() {
      clearInterval(timer)
      return highest
    },
  }
}

export function shapeOfMachine(): {
  cores: number
  cpu: string
  memory_gb: number
  node: string
  platform: string
} {
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? 'unknown',
    memory_gb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
  }
}

function processes(): number[] {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter(pid => pid > 0)
  } catch {
    return []
  }
}

type Stat = { parent: number; own: number; gone: number }

function readStat(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold anything; what follows it is numbers.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const [parent = 0] = fields.slice(1)
    const [user = 0, system = 0, goneUser = 0, goneSystem = 0] = fields.slice(11)
    return { parent, own: user + system, gone: goneUser + goneSystem }
  } catch {
    return undefined
  }
}
