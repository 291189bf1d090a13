// `carom onboard`: connects a WhatsApp Business Account with a system user's token, asking for what is missing, and
// saying after each step how far it came.

import { createInterface } from 'node:readline/promises'
import { type Client, type Json, openClient } from './client.ts'
import { type Command, CommandError, type Given, remote } from './command.ts'
import { printJson, printTable, say, tone } from './print.ts'

const QUESTIONS = [
  ['waba', 'WhatsApp Business Account ID (Business settings → Accounts → WhatsApp accounts)', /^\d{5,32}$/],
  ['number', 'Phone number ID (WhatsApp Manager → the number → Settings)', /^\d{5,32}$/],
  [
    'token',
    'Access token of a system user (whatsapp_business_management and whatsapp_business_messaging)',
    /^\S+$/,
  ],
] as const

export const command: Command = {
  about:
    "Connects a WhatsApp Business Account with a system user's token: checks the token, subscribes the app to the\naccount, registers the number, pulls the templates. A step that fails is named; calling again does the rest.",
  usage: ['[--waba ID --number ID --token TOKEN] [--pin 123456]'],
  options: {
    ...remote,
    waba: { type: 'string', value: 'ID', about: "Meta's WABA ID." },
    number: { type: 'string', value: 'ID', about: "Meta's phone number ID." },
    token: {
      type: 'string',
      value: 'TOKEN',
      about: 'The access token; better asked for, or in META_ACCESS_TOKEN, than in the shell history.',
    },
    pin: { type: 'string', value: 'PIN', about: "The number's two-step PIN, where it has one." },
  },
  examples: [
    'carom onboard',
    'META_ACCESS_TOKEN=EAA… carom onboard --waba 700100200300400 --number 500100200300401',
  ],
  async run(given) {
    const client = openClient(given)
    const config = await client.get('/whatsapp/onboarding/config')
    if (!given.flag('json')) introduce(config)
    const [waba_id, phone_number_id, access_token] = await answers(given)
    const pin = given.text('pin')
    const account = await client.post('/whatsapp/onboarding/manual', {
      ...{ waba_id, phone_number_id, access_token },
      ...(pin === undefined ? {} : { pin }),
    })
    if (given.flag('json')) return printJson(account)
    await show(client, account)
  },
}

function introduce(config: Json): void {
  say(
    `Graph ${config.graph_version}, app ${config.app_id ?? '–'}${config.sandbox ? ', sandbox: the simulator is Meta' : ''}`,
  )
  say()
}

async function answers(given: Given): Promise<string[]> {
  const known = {
    waba: given.text('waba'),
    number: given.text('number'),
    token: given.text('token') ?? process.env.META_ACCESS_TOKEN,
  }
  const terminal = process.stdin.isTTY
    ? createInterface({ input: process.stdin, output: process.stderr })
    : undefined
  try {
    const found: string[] = []
    for (const [name, question, form] of QUESTIONS) {
      const answer = known[name] ?? (await terminal?.question(`${question}:\n> `))?.trim()
      if (answer === undefined)
        throw new CommandError(`--${name} is missing, and there is no terminal to ask on.`)
      if (!form.test(answer))
        throw new CommandError(
          `That is no ${name === 'token' ? 'token' : 'id, which has digits only'}: "${name === 'token' ? '…' : answer}".`,
        )
      found.push(answer)
    }
    return found
  } finally {
    terminal?.close()
  }
}

async function show(client: Client, account: Json): Promise<void> {
  say(`${tone('Connected', 'good')}  ${account.name ?? account.waba_id}  (${account.status})`)
  printTable(
    ['NUMBER', 'NAME', 'STATUS', 'QUALITY', 'LIMIT'],
    account.phone_numbers.map((number: Json) => [
      ...[number.display_phone_number, number.verified_name, number.status],
      ...[number.quality_rating, number.messaging_limit],
    ]),
    'It has no number yet.',
  )
  const templates = await client.all(`/whatsapp/templates?waba_id=${account.waba_id}`)
  say(
    `${templates.length} templates, ${templates.filter(one => one.status === 'APPROVED').length} of them approved`,
  )
  say('Look for what is missing: carom doctor')
}
