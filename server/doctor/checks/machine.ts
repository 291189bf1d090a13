// The installation itself: settings, database, clock, disk. For the operator alone.

import { statfs } from 'node:fs/promises'
import { availableUntil } from '../../meta/versions.ts'
import { error, type Finding, notice, ok, warning } from '../finding.ts'
import { readDatabase } from '../queries.ts'
import type { Doctor } from '../room.ts'

const DAY_MS = 86_400_000
const END_WARNING_DAYS = 90

export async function checkSettings({ config }: Doctor): Promise<Finding[]> {
  const found: Finding[] = []
  if (config.sandbox) {
    found.push(
      notice('settings', {
        message: 'Sandbox mode: the simulator stands in for Meta, and nothing leaves this machine.',
        remedy: 'To go live set META_APP_ID, META_APP_SECRET and META_WEBHOOK_VERIFY_TOKEN.',
      }),
    )
  }
  if (!config.sandbox && config.CAROM_ALLOW_PRIVATE_WEBHOOKS) {
    found.push(
      warning('settings', {
        message:
          'CAROM_ALLOW_PRIVATE_WEBHOOKS is on: tenants can make this server call addresses inside your network.',
        remedy: 'Unset CAROM_ALLOW_PRIVATE_WEBHOOKS, unless every tenant is you.',
      }),
    )
  }
  return found.length > 0 ? found : [ok('settings', 'The settings are sound.')]
}

export async function checkGraphVersion({ config, clock }: Doctor): Promise<Finding[]> {
  const version = config.META_GRAPH_VERSION
  const until = availableUntil(version)
  if (until === undefined || until === null)
    return [ok('graph_version', `Graph ${version} has no end announced.`)]
  const days = Math.floor((until.getTime() - clock.nowMs()) / DAY_MS)
  const remedy = 'Set META_GRAPH_VERSION to a newer version, v26.0 for example, and restart.'
  const day = until.toISOString().slice(0, 10)
  if (days < 0) return [error('graph_version', { message: `Meta ended Graph ${version} on ${day}.`, remedy })]
  if (days > END_WARNING_DAYS) return [ok('graph_version', `Graph ${version} is available until ${day}.`)]
  return [
    warning('graph_version', { message: `Meta ends Graph ${version} on ${day}, in ${days} days.`, remedy }),
  ]
}

const DURABLE = ['fsync', 'full_page_writes', 'synchronous_commit'] as const

export async function checkDatabase({ db }: Doctor): Promise<Finding[]> {
  const asked_ms = Date.now()
  const found = await readDatabase(db)
  const offset_ms = found.now.getTime() - (asked_ms + Date.now()) / 2
  const off = DURABLE.filter(name => found[name] === 'off')
  const durability =
    off.length === 0
      ? ok('database_durability', 'Commits reach the disk before they are answered.')
      : error('database_durability', {
          message: `PostgreSQL has ${off.join(', ')} off: a crash loses messages that were answered with success.`,
          remedy: `alter system set ${off[0]} = on; select pg_reload_conf();`,
        })
  const size = `${Math.round(Number(found.bytes) / 1_000_000).toLocaleString('en-US')} MB`
  return [
    ok('database', `PostgreSQL ${found.version}, ${size}.`),
    durability,
    clockFinding('PostgreSQL', offset_ms),
  ]
}

export async function checkClock({ meta, config }: Doctor): Promise<Finding[]> {
  // The simulator's clock is moved on purpose.
  if (config.sandbox) return []
  const asked_ms = Date.now()
  const theirs = await meta.readTime()
  if (!theirs) {
    return [
      error('meta_reachable', {
        message: 'Meta does not answer from this machine.',
        remedy: "Look at this machine's network and DNS, and at META_GRAPH_URL.",
      }),
    ]
  }
  return [clockFinding('Meta', theirs.getTime() + 500 - (asked_ms + Date.now()) / 2)]
}

const CLOCK_WARNING_MS = 3_000
const CLOCK_ERROR_MS = 60_000

function clockFinding(whose: string, offset_ms: number): Finding {
  const seconds = Math.round(Math.abs(offset_ms) / 100) / 10
  if (Math.abs(offset_ms) < CLOCK_WARNING_MS) return ok('clock', `The clock agrees with ${whose}'s.`)
  const say = Math.abs(offset_ms) < CLOCK_ERROR_MS ? warning : error
  return say('clock', {
    message: `This machine's clock is ${seconds} seconds ${offset_ms > 0 ? 'behind' : 'ahead of'} ${whose}'s: session windows open and close at the wrong time.`,
    remedy: 'Let the machine keep time by NTP: timedatectl set-ntp true.',
  })
}

const DISK_ERROR_BYTES = 500_000_000
const DISK_WARNING_SHARE = 0.1

export async function checkDisk({ config }: Doctor): Promise<Finding[]> {
  const { bavail, blocks, bsize } = await statfs(config.DATA_DIR)
  const free = bavail * bsize
  const share = blocks === 0 ? 1 : bavail / blocks
  const told = `${(free / 1_000_000_000).toFixed(1)} GB free (${Math.round(share * 100)} %) where ${config.DATA_DIR} lies`
  const remedy = 'Make room, or move DATA_DIR to a larger disk; PostgreSQL stops when the disk is full.'
  if (free < DISK_ERROR_BYTES) return [error('disk', { message: `Only ${told}.`, remedy })]
  if (share < DISK_WARNING_SHARE) return [warning('disk', { message: `${told}.`, remedy })]
  return [ok('disk', `${told}.`)]
}
