// The room of Meta's own API behind a `cm_` key: what its verbs share. It keeps nothing itself; sends, media and templates
// are those of the rooms below, in other words.

import type { Accounts } from '../accounts/room.ts'
import type { House } from '../house.ts'
import type { Media } from '../media/room.ts'
import type { Messages } from '../messages/room.ts'
import type { Templates } from '../templates/room.ts'

export type Graph = House & { accounts: Accounts; media: Media; messages: Messages; templates: Templates }

export function openGraphDoor(
  house: House,
  below: { accounts: Accounts; media: Media; messages: Messages; templates: Templates },
): Graph {
  return { ...house, ...below }
}
