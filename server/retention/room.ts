// How long things are kept, and the work of deleting what is older: in small steps, one process at a time, so that nothing
// waits for it.

import type { Turns } from '../bots/turn/room.ts'
import type { Conversations } from '../conversations/room.ts'
import type { House } from '../house.ts'
import type { Inbox } from '../inbox/room.ts'
import type { Media } from '../media/room.ts'
import type { Messages } from '../messages/room.ts'

type Below = { inbox: Inbox; messages: Messages; media: Media; conversations: Conversations; bots: Turns }

export type Retention = House & Below

export function openRetention(house: House, below: Below): Retention {
  return { ...house, ...below }
}
