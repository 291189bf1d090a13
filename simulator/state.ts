// The state file: written a moment after something changed, always whole, and read again at the next start.

import { readFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import type { Media } from './media/store.ts'
import { DONE, deliver } from './people/deliver.ts'
import type { Settings } from './settings.ts'
import { resumeTemplates } from './templates/life.ts'
import type { Delivery } from './webhooks/outbox.ts'
import type { App, Message, World } from './world.ts'

const WRITE_AFTER_MS = 1000
const MOST_MESSAGES = 5000
const MOST_WEBHOOKS = 5000
const MAPS = [
  ...([
    'wabas',
    'numbers',
    'templates',
    'users',
    'user_ids',
    'tokens',
    'codes',
    'pairs',
    'allowance',
    'ledger',
    'volumes',
    'call_requests',
    'handles',
  ] as const),
  'tries' as const,
]

type Saved = {
  version: 1
  offset_ms: number
  next_id: number
  app: App
  settings: Settings
  maps: Record<string, [string, never][]>
  messages: Message[]
  media?: Media[]
  totals: [string, number][]
  webhooks: Delivery[]
}

export function createStateFile(world: World, file: string) {
  let timer: NodeJS.Timeout | undefined
  let writing = Promise.resolve()

  async function write() {
    const draft = `${file}.${process.pid}.tmp`
    await writeFile(draft, JSON.stringify(snapshot(world)), { mode: 0o600 })
    await rename(draft, file)
  }

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    writing = writing.then(write).catch(error => {
      console.error(`The state file ${file} could not be written: ${error.message}`)
    })
    return writing
  }

  return {
    /** Something has changed. */
    touch() {
      timer ??= setTimeout(flush, WRITE_AFTER_MS)
    },
    flush,
  }
}

function snapshot(world: World): Saved {
  return {
    version: 1,
    offset_ms: world.clock.offset(),
    next_id: world.next_id,
    app: world.app,
    settings: world.settings,
    maps: Object.fromEntries(MAPS.map(name => [name, [...world[name]] as [string, never][]])),
    messages: world.messages.newest(MOST_MESSAGES),
    media: world.media.list(),
    totals: world.messages.totals(),
    webhooks: world.outbox.unfinished(MOST_WEBHOOKS),
  }
}

/** Puts the world back as the file has it; without a file nothing changes. */
export function loadState(world: World, file: string) {
  const saved = readSaved(file)
  if (!saved) return
  for (const name of MAPS) {
    const map = world[name] as Map<string, never>
    map.clear()
    for (const [key, value] of saved.maps[name] ?? []) map.set(key, value)
  }
  world.next_id = saved.next_id
  Object.assign(world.app, saved.app)
  const { webhooks, ...settings } = saved.settings
  world.settings = { ...world.settings, ...settings, webhooks: { ...world.settings.webhooks, ...webhooks } }
  world.clock.move(saved.offset_ms)
  for (const message of saved.messages) world.messages.add(message)
  world.media.restore(saved.media ?? [])
  world.messages.restoreTotals(saved.totals)
  world.outbox.restore(saved.webhooks)
  resumeTemplates(world)
  for (const message of saved.messages) {
    if (message.direction === 'to_user' && !DONE.has(message.status)) deliver(world, message)
  }
}

function readSaved(file: string): Saved | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
  try {
    const saved = JSON.parse(text) as Saved
    if (saved.version === 1) return saved
  } catch {}
  throw new Error(`${file} is not a state file of the simulator. Move it away, or name another with --state.`)
}
