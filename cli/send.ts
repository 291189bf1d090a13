// `carom send`: one text or template, and what becomes of it, as it happens.

import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, type Json, openClient } from './client.ts'
import { type Command, CommandError, type Given, needWord, remote, UsageError } from './command.ts'
import { printJson, say, type Tone, tone } from './print.ts'

export const command: Command = {
  about: 'Sends a message, and follows what becomes of it.',
  usage: ['TO TEXT', 'TO --template NAME [--var NAME=VALUE …]'],
  options: {
    ...remote,
    from: {
      type: 'string',
      value: 'ID',
      about: "The number that sends, by its id or Meta's; not needed if you have one.",
    },
    template: { type: 'string', value: 'NAME', about: 'Send this template.' },
    language: { type: 'string', value: 'CODE', about: "The template's language; default en_US." },
    var: {
      type: 'string',
      value: 'NAME=VALUE',
      multiple: true,
      about: 'A variable of the template; several times.',
    },
    wait: { type: 'string', value: 'SECONDS', about: 'How long to follow it; default 10, 0 for not at all.' },
  },
  examples: [
    'carom send +15550101001 "Your order is on its way"',
    'carom send +15550101001 --template order_shipped --var 1=Ada --var 2=4711 --var button_0=4711',
  ],
  async run(given) {
    const client = openClient(given)
    const to = needWord(given, 0, 'Whom to send to')
    const phone_number_id = given.text('from') ?? (await onlyNumber(client))
    const sent = given.text('template')
      ? await client.post('/whatsapp/messages/template', { phone_number_id, to, ...choiceOf(given) })
      : await client.post('/whatsapp/messages', { phone_number_id, to, text: needWord(given, 1, 'The text') })
    const last = await follow(client, sent, given)
    if (given.flag('json')) printJson(last)
    if (last.status === 'failed') process.exitCode = 1
  },
}

function choiceOf(given: Given): Json {
  const pairs = given.texts('var').map(pair => {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? []
    if (name === undefined || value === undefined)
      throw new UsageError(`--var takes NAME=VALUE, not "${pair}".`)
    return [name, value]
  })
  return {
    template: given.text('template'),
    language: given.text('language') ?? 'en_US',
    ...(pairs.length === 0 ? {} : { variables: Object.fromEntries(pairs) }),
  }
}

async function onlyNumber(client: Client): Promise<string> {
  const numbers = await client.all('/whatsapp/phone_numbers')
  const [only, second] = numbers
  if (!only) throw new CommandError('No number is connected yet; connect one with "carom onboard".')
  if (!second) return only.phone_number_id
  const list = numbers.map(one => `\n  ${one.phone_number_id}  ${one.display_phone_number}`).join('')
  throw new CommandError(`There are several numbers; choose one with --from:${list}`)
}

const ENDS = ['read', 'failed']
const TONES: Record<string, Tone> = { failed: 'bad', read: 'good', delivered: 'good', unknown: 'warning' }

async function follow(client: Client, sent: Json, given: Given): Promise<Json> {
  const seconds = Number(given.text('wait') ?? 10)
  if (!(seconds >= 0)) throw new UsageError('--wait must be a number of seconds.')
  const end = performance.now() + seconds * 1000
  const quiet = given.flag('json')
  let message = sent
  let shown = ''
  for (;;) {
    if (!quiet && message.status !== shown)
      say(`${tone(message.status, TONES[message.status] ?? 'strong')}  ${message.id}`)
    shown = message.status
    if (ENDS.includes(message.status) || performance.now() >= end) break
    await sleep(300)
    message = await client.get(`/whatsapp/messages/${message.id}`)
  }
  if (!quiet && message.error)
    say(`${message.error.title}: ${message.error.cause} ${message.error.next_step}`)
  return message
}
