// The history that a business shares when it joins with the number of its Business app: chunks of chats, in which media
// are only placeholders, and afterwards the media of the last 14 days.

import { makeWamid } from '../ids.ts'
import { isMedium, takeInbound } from '../media/takeInbound.ts'
import { isObject } from '../messages/shapes.ts'
import type { Update } from '../webhooks/combine.ts'
import { composeUpdate, secondsOf } from '../webhooks/compose.ts'
import { digitsOf, type Json, type PhoneNumber, type User, type World } from '../world.ts'
import { oneOf, personOf, textIn, wrong } from './answer.ts'

const DAY_MS = 24 * 3_600_000
const MOST_STORED = 2000
const STATUSES = ['DELIVERED', 'ERROR', 'PENDING', 'PLAYED', 'READ', 'SENT']
const DECLINED = {
  code: 2593109,
  title: 'History sharing is turned off',
  message: 'History sharing is turned off',
  error_data: { details: 'History sharing is turned off by the business' },
}

type Line = {
  user: User
  isFromUser: boolean
  id: string
  type: string
  content: Json
  at: number
  status: string
}

export async function composeHistory(world: World, number: PhoneNumber, body: Json): Promise<Update[]> {
  const tell = (lists: Json) => composeUpdate(number, 'history', 'history', lists)
  if (body.declined === true) return [tell({ history: [{ errors: [DECLINED] }] })]
  const { chunk_messages: size = 100 } = body
  if (!Number.isInteger(size) || Number(size) < 1)
    throw wrong('chunk_messages must be a whole number from 1.')
  const lines =
    body.threads === undefined ? storedLines(world, number) : await givenLines(world, number, body.threads)
  const chunks = Array.from({ length: Math.max(1, Math.ceil(lines.length / Number(size))) }, (_, at) =>
    lines.slice(at * Number(size), (at + 1) * Number(size)),
  )
  const told = chunks.map((chunk, at) =>
    tell({ history: [chunkOf(world, number, chunk, at, chunks.length)] }),
  )
  const media = lines.filter(line => isMedium(line.type) && world.clock.now() - line.at < 14 * DAY_MS)
  return [...told, ...media.map(line => tell({ messages: [mediumOf(number, line)] }))]
}

function storedLines(world: World, number: PhoneNumber): Line[] {
  const { data } = world.messages.list({ phone_number_id: number.id }, MOST_STORED)
  return data.flatMap(message => {
    const user = world.users.get(message.user)
    const { id, timestamp: at, type } = message
    if (!user || !isObject(message.content)) return []
    const isFromUser = message.direction === 'from_user'
    const status = isFromUser
      ? 'READ'
      : (STATUSES.find(one => one.toLowerCase() === message.status) ?? 'ERROR')
    return [{ user, isFromUser, id, type, content: message.content, at, status }]
  })
}

async function givenLines(world: World, number: PhoneNumber, threads: unknown): Promise<Line[]> {
  if (!Array.isArray(threads) || !threads.every(isObject))
    throw wrong('threads must be a list of {user, messages}.')
  const lines: Line[] = []
  for (const thread of threads) {
    const user = personOf(world, textIn(thread, 'user'))
    const { messages } = thread
    if (!Array.isArray(messages) || !messages.every(isObject)) throw wrong('Every thread needs its messages.')
    for (const message of messages) lines.push(await lineOf(world, number, user, message))
  }
  return lines
}

async function lineOf(world: World, number: PhoneNumber, user: User, message: Json): Promise<Line> {
  const type = textIn(message, 'type') ?? 'text'
  const given = type === 'text' && typeof message.text === 'string' ? { body: message.text } : message[type]
  const content = isMedium(type) ? await takeInbound(world, number, type, (given ?? {}) as Json) : given
  if (!isObject(content))
    throw wrong(typeof content === 'string' ? content : `Send ${type}: what was written.`)
  const { timestamp } = message
  if (timestamp !== undefined && !/^\d+$/.test(String(timestamp)))
    throw wrong('timestamp is counted in seconds.')
  const isFromUser = (oneOf(message, 'from', ['user', 'business']) ?? 'user') === 'user'
  return {
    user,
    isFromUser,
    id: makeWamid(user.wa_id ?? user.user_id, isFromUser ? 'from_user' : 'to_user'),
    type,
    content,
    at: timestamp === undefined ? world.clock.now() : Number(timestamp) * 1000,
    status: oneOf(message, 'status', STATUSES) ?? 'READ',
  }
}

/** Phase 0 is the last day, 1 the days up to 90, 2 what is older. */
function chunkOf(world: World, number: PhoneNumber, lines: Line[], at: number, count: number): Json {
  const age_ms = world.clock.now() - (lines[0]?.at ?? world.clock.now())
  const phase = age_ms < DAY_MS ? 0 : age_ms < 90 * DAY_MS ? 1 : 2
  const threads = new Map<User, Json[]>()
  for (const line of lines)
    threads.set(line.user, [...(threads.get(line.user) ?? []), messageOf(number, line)])
  return {
    metadata: { phase, chunk_order: at + 1, progress: Math.floor(((at + 1) / count) * 100) },
    threads: [...threads].map(([user, messages]) => ({ id: user.wa_id ?? user.user_id, messages })),
  }
}

const messageOf = (number: PhoneNumber, line: Line): Json => ({
  ...headOf(number, line),
  ...(isMedium(line.type) ? { type: 'media_placeholder' } : { type: line.type, [line.type]: line.content }),
  history_context: { status: line.status },
})

function mediumOf(number: PhoneNumber, line: Line): Json {
  const { url: _url, ...content } = line.content
  return { ...headOf(number, line), type: line.type, [line.type]: content }
}

function headOf(number: PhoneNumber, { at, id, isFromUser, user }: Line): Json {
  const person = user.wa_id ?? user.user_id
  const business = digitsOf(number.display_phone_number)
  return {
    ...(isFromUser ? { from: person } : { from: business, to: person }),
    id,
    timestamp: secondsOf(at),
  }
}
