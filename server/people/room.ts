// The room of people and what they may ask for: everything that is known of them, and to be forgotten. It stands above all
// rooms that know something of a person, and asks each of them.

import type { Conversations } from '../conversations/room.ts'
import type { House } from '../house.ts'
import type { Inbox } from '../inbox/room.ts'
import type { Messages } from '../messages/room.ts'

export type People = House & {
  inbox: Inbox
  messages: Messages
  conversations: Conversations
  /** Called when somebody is to be forgotten; the loop of this process, if it runs one, listens here. */
  wakers: Set<() => void>
}

/** The channel on which processes tell each other that somebody is to be forgotten. */
export const ERASURES_CHANNEL = 'carom_erasures'

export function openPeople(
  house: House,
  below: { inbox: Inbox; messages: Messages; conversations: Conversations },
): People {
  return { ...house, ...below, wakers: new Set() }
}
