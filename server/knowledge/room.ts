// The room of knowledge: what bots may answer from. It stands below bots, and is told by them which there are.

import type { Queryable } from '../db/pool.ts'
import type { House } from '../house.ts'
import type { Media } from '../media/room.ts'
import { type Extract, openExtract } from './files/extract.ts'

export type Knowledge = House & {
  /** Where files wait while they are read. */
  newTempPath(): Promise<string>
  extract: Extract
  hooks: Hooks
}

/** What other rooms do for this one; they are set when those open. */
export type Hooks = {
  /** A bot of the tenant, and the language of its config. */
  findBot(db: Queryable, tenant_id: string, bot_id: string): Promise<{ language: string | null } | undefined>
}

export function openKnowledge(house: House, media: Media): Knowledge {
  return {
    ...house,
    newTempPath: () => media.temp.newPath(),
    extract: openExtract(),
    hooks: { findBot: async () => undefined },
  }
}
