// The room of media: what its verbs share. The bytes are Meta's and the mirror's to keep; this room knows what they are.

import type { Accounts } from '../accounts/room.ts'
import type { House } from '../house.ts'
import { type Place, places } from './mirror/place.ts'
import { openTemp, sweepTempFolder } from './temp.ts'

export type Media = House & {
  accounts: Accounts
  temp: ReturnType<typeof openTemp>
  mirror: {
    /** Where new copies go. */
    into: Place
    /** Where copies are, by the name in their rows: the setting may have changed since they were made. */
    at(place: 'disk' | 's3'): Place | undefined
  }
  /** What Meta said of media that did not pass through Carom, by `<our number>/<media id>`. */
  told: Map<string, Told & { at_ms: number }>
}

/** What a send wants to know of media. */
export type Told = { mime_type: string | null; size: number | null }

export function openMedia(house: House, accounts: Accounts): Media {
  return {
    ...house,
    accounts,
    temp: openTemp(house.config.DATA_DIR),
    mirror: places(house.config),
    told: new Map(),
  }
}

/** At start: removes what uploads left that were cut off by a crash. */
export async function sweepTemp(media: Media): Promise<void> {
  const removed = await sweepTempFolder(media.config.DATA_DIR, Date.now())
  if (removed > 0) media.log.info({ removed }, 'Temporary files of processes that are gone were removed')
}
