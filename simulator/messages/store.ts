// Keeps the newest messages in memory, found by id, by person, by callback data and by age. Totals outlive what is dropped.

import type { Message } from '../world.ts'

export type Filter = {
  phone_number_id?: string
  user?: string
  callback_data?: string
  direction?: string
}

export type MessageStore = ReturnType<typeof createMessageStore>

export function createMessageStore(most = 200_000) {
  const byId = new Map<string, Message>()
  const byUser = new Map<string, Set<Message>>()
  const byCallback = new Map<string, Set<Message>>()
  const totals = new Map<string, number>()
  let log: (Message | undefined)[] = []
  let firstSeq = 0
  let nextSeq = 0

  function dropOldest() {
    const at = nextSeq - byId.size - firstSeq
    const oldest = log[at] as Message
    log[at] = undefined
    byId.delete(oldest.id)
    unindex(byUser, oldest.user, oldest)
    if (oldest.callback_data !== null) unindex(byCallback, oldest.callback_data, oldest)
    if (at > 50_000) {
      log = log.slice(at + 1)
      firstSeq += at + 1
    }
  }

  return {
    get: (id: string) => byId.get(id),

    /** Takes a message in, and gives it its number in the order of arrival. */
    add(message: Message) {
      message.seq = nextSeq++
      log.push(message)
      byId.set(message.id, message)
      index(byUser, message.user, message)
      if (message.callback_data !== null) index(byCallback, message.callback_data, message)
      for (const key of totalKeys(message)) totals.set(key, (totals.get(key) ?? 0) + 1)
      if (byId.size > most) dropOldest()
    },

    /** Oldest first, those after a message if one is named; `total` counts all that match. */
    list(filter: Filter, limit: number, after?: Message): { total: number; data: Message[] } {
      const isAfter = (message: Message) => !after || message.seq > after.seq
      const set =
        filter.callback_data !== undefined
          ? byCallback.get(filter.callback_data)
          : filter.user !== undefined
            ? byUser.get(filter.user)
            : undefined
      const isIndexed = filter.callback_data !== undefined || filter.user !== undefined
      if (isIndexed) {
        const matching = [...(set ?? [])].filter(message => matches(message, filter))
        return { total: matching.length, data: matching.filter(isAfter).slice(0, limit) }
      }
      const data: Message[] = []
      for (let at = after ? after.seq + 1 - firstSeq : 0; at < log.length && data.length < limit; at++) {
        const message = log[at]
        if (message && matches(message, filter)) data.push(message)
      }
      return { total: totals.get(`${filter.phone_number_id ?? ''}/${filter.direction ?? ''}`) ?? 0, data }
    },

    /** Somebody is known by another key from now on. */
    renameUser(before: string, after: string) {
      for (const message of byUser.get(before) ?? []) {
        message.user = after
        index(byUser, after, message)
      }
      byUser.delete(before)
    },
    ofUser: (user: string): Iterable<Message> => byUser.get(user) ?? [],
    newest: (count: number) => log.slice(-count).filter(message => message !== undefined),
    totals: () => [...totals],
    restoreTotals(saved: [string, number][]) {
      for (const [key, count] of saved) totals.set(key, count)
    },
    clear() {
      for (const map of [byId, byUser, byCallback, totals]) map.clear()
      log = []
      firstSeq = 0
      nextSeq = 0
    },
  }
}

const totalKeys = (message: Message) => [
  '/',
  `/${message.direction}`,
  `${message.phone_number_id}/`,
  `${message.phone_number_id}/${message.direction}`,
]

const matches = (message: Message, filter: Filter) =>
  (filter.phone_number_id === undefined || message.phone_number_id === filter.phone_number_id) &&
  (filter.user === undefined || message.user === filter.user) &&
  (filter.direction === undefined || message.direction === filter.direction) &&
  (filter.callback_data === undefined || message.callback_data === filter.callback_data)

function index(map: Map<string, Set<Message>>, key: string, message: Message) {
  const set = map.get(key)
  if (set) set.add(message)
  else map.set(key, new Set([message]))
}

function unindex(map: Map<string, Set<Message>>, key: string, message: Message) {
  const set = map.get(key)
  set?.delete(message)
  if (set?.size === 0) map.delete(key)
}
