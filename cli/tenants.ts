// `carom tenants`: separate customers on one installation. Needs the first tenant's owner key.

import { openClient } from './client.ts'
import { type Command, needWord, remote, UsageError } from './command.ts'
import { printFields, printJson, printTable, say, tone } from './print.ts'

export const command: Command = {
  about: 'Lists and makes tenants.',
  usage: ['list', 'create NAME'],
  options: remote,
  examples: ['carom tenants create "Acme Ltd"', 'carom tenants list'],
  async run(given) {
    const client = openClient(given)
    const action = given.words[0] ?? 'list'
    if (action === 'list') {
      const tenants = await client.all('/tenants')
      if (given.flag('json')) return printJson(tenants)
      const rows = tenants.map(tenant => [tenant.id, tenant.name, String(tenant.created_at).slice(0, 10)])
      return printTable(['ID', 'NAME', 'SINCE'], rows, 'There are no tenants.')
    }
    if (action !== 'create') throw new UsageError(`"${action}" is none of list, create.`)
    const made = await client.post('/tenants', { name: needWord(given, 1, "The tenant's name") })
    if (given.flag('json')) return printJson(made)
    printFields([
      ['Tenant', made.id],
      ['Name', made.name],
      ['Owner key', made.owner_key],
    ])
    say(tone('The key is shown this once: keep it now.', 'quiet'))
  },
}
