// `carom erase`: forgets a person, and waits until it is done.

import { setTimeout as sleep } from 'node:timers/promises'
import { type Json, openClient } from './client.ts'
import { type Command, CommandError, needWord, remote } from './command.ts'
import { printFields, printJson, say, tone } from './print.ts'

const LOOK_MS = 500

export const command: Command = {
  about:
    'Forgets a person for good: messages, files, threads, names, and everywhere else that they are known. Export them before\nif you must. That they want no marketing is kept, under a hash.',
  usage: ['CONTACT --yes [--no-wait]'],
  options: {
    ...remote,
    yes: { type: 'boolean', about: 'You mean it: there is no way back.' },
    'no-wait': { type: 'boolean', about: 'Ask for it, and do not wait until it is done.' },
  },
  examples: ['carom export contact +15550101001 --out ada.json', 'carom erase +15550101001 --yes'],
  async run(given) {
    const contact = needWord(given, 0, 'The contact (id, phone number or user id)')
    if (!given.flag('yes'))
      throw new CommandError(`Nothing was done. Say --yes to forget ${contact} for good.`)
    const client = openClient(given)
    let erasure: Json = await client.post(`/whatsapp/contacts/${encodeURIComponent(contact)}/erase`)
    while (erasure.state !== 'done' && !given.flag('no-wait')) {
      await sleep(LOOK_MS)
      erasure = await client.get(`/whatsapp/erasures/${erasure.id}`)
    }
    if (given.flag('json')) return printJson(erasure)
    say(erasure.state === 'done' ? tone('Forgotten', 'good') : `Under way: erasure ${erasure.id}`)
    const counts = Object.entries(erasure.counts as Record<string, number>)
    if (counts.length > 0) printFields(counts.map(([name, count]) => [name.replaceAll('_', ' '), count]))
  },
}
