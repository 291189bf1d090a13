// For tests of media: a whole Carom whose Meta is a gate in front of the simulator.

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Api, apiOf, startWorld, type World } from '../../test/carom.ts'
import { readConfig } from '../config.ts'
import { silentLog } from '../kit/log.ts'
import { type Carom, startCarom } from '../start.ts'
import { type MetaGate, openMetaGate } from './metaGate.fixture.ts'

export type MediaWorld = World & {
  carom: Carom
  gate: MetaGate
  api: Api
  /** Uploads the bytes as a form. */
  form(parts: [name: string, value: string | File][], headers?: Record<string, string>): ReturnType<Api>
  /** Uploads the bytes as they are. */
  raw(query: string, type: string | undefined, bytes: Buffer): ReturnType<Api>
  /** What lies in DATA_DIR/tmp. */
  leftovers(): Promise<string[]>
}

export async function openMediaWorld(env: Record<string, string> = {}): Promise<MediaWorld> {
  const world = await startWorld()
  const gate = await openMetaGate(world.simulator.url)
  const carom = await startCarom(readConfig({ ...world.env, META_GRAPH_URL: gate.url, ...env }), silentLog)
  const api = apiOf(carom.url, world.owner_key)
  const auth = { authorization: `Bearer ${world.owner_key}` }
  return {
    ...world,
    carom,
    gate,
    api,
    async form(parts, headers = {}) {
      const body = new FormData()
      for (const [name, value] of parts) body.append(name, value)
      const response = await fetch(`${carom.url}/api/v1/whatsapp/media`, {
        method: 'POST',
        headers: { ...auth, ...headers },
        body,
      })
      const text = await response.text()
      return { status: response.status, headers: response.headers, text, body: JSON.parse(text) }
    },
    raw: (query, type, bytes) =>
      api('POST', `/whatsapp/media${query}`, bytes, type === undefined ? {} : { 'content-type': type }),
    async leftovers() {
      const folder = join(world.data_dir, 'tmp')
      const found = await readdir(folder, { recursive: true }).catch(() => [])
      return found.filter(name => name.includes('/'))
    },
    async close() {
      await carom.close()
      await gate.close()
      await world.close()
    },
  }
}
