// `carom keys`: the API keys of a tenant.

import { type Client, type Json, openClient } from './client.ts'
import { type Command, type Given, needWord, remote, UsageError } from './command.ts'
import { printFields, printJson, printTable, say, tone } from './print.ts'

export const command: Command = {
  about: 'Lists, makes, rotates and removes API keys.',
  usage: ['list', 'create [options]', 'rotate ID', 'remove ID'],
  options: {
    ...remote,
    name: { type: 'string', value: 'NAME', about: 'What the key is for.' },
    scope: {
      type: 'string',
      value: 'SCOPE',
      multiple: true,
      about: 'What it may do; several times. Default: all.',
    },
    test: { type: 'boolean', about: 'A cm_test_ key, which reaches sandbox numbers only.' },
    expires: { type: 'string', value: 'TIME', about: 'When it ends: 2027-01-31T00:00:00Z.' },
    rpm: { type: 'string', value: 'N', about: 'Requests a minute; default 600.' },
  },
  examples: [
    'carom keys create --name Shop --scope whatsapp:send --scope whatsapp:read',
    'carom keys list --json | jq -r ".[].prefix"',
    'carom keys rotate 0198c1d2-…',
  ],
  async run(given) {
    const client = openClient(given)
    const action = given.words[0] ?? 'list'
    if (action === 'list') return list(client, given)
    if (action === 'create') return created(given, await client.post('/keys', wishOf(given)))
    if (action === 'rotate')
      return created(given, await client.post(`/keys/${needWord(given, 1, 'The key id')}/rotate`))
    if (action === 'remove') return remove(client, needWord(given, 1, 'The key id'))
    throw new UsageError(`"${action}" is none of list, create, rotate, remove.`)
  },
}

async function list(client: Client, given: Given): Promise<void> {
  const keys = await client.all('/keys')
  if (given.flag('json')) return printJson(keys)
  printTable(
    ['ID', 'NAME', 'PREFIX', 'SCOPES', 'RPM', 'EXPIRES', 'LAST USED'],
    keys.map(key => [
      ...[key.id, key.name, `${key.prefix}…`, key.owner ? 'owner' : key.scopes.join(' ')],
      ...[key.rate_limit_rpm, day(key.expires_at), day(key.last_used_at)],
    ]),
    'There are no keys.',
  )
}

function wishOf(given: Given): Json {
  const rpm = given.text('rpm')
  if (rpm !== undefined && !/^[1-9]\d*$/.test(rpm)) throw new UsageError('--rpm must be a whole number.')
  const scopes = given.texts('scope')
  return {
    ...(given.text('name') === undefined ? {} : { name: given.text('name') }),
    ...(scopes.length === 0 ? {} : { scopes }),
    ...(given.flag('test') ? { sandbox: true } : {}),
    ...(given.text('expires') === undefined
      ? {}
      : { expires_at: new Date(given.text('expires') ?? '').toISOString() }),
    ...(rpm === undefined ? {} : { rate_limit_rpm: Number(rpm) }),
  }
}

function created(given: Given, key: Json): void {
  if (given.flag('json')) {
    printJson(key)
    return
  }
  printFields([
    ['Key', key.key],
    ['ID', key.id],
    ['Name', key.name],
    ['Scopes', key.scopes.join(' ')],
  ])
  say(tone('It is shown this once: keep it now.', 'quiet'))
}

async function remove(client: Client, id: string): Promise<void> {
  await client.remove(`/keys/${encodeURIComponent(id)}`)
  say('Removed. It is refused everywhere within a second.')
}

function day(time: string | null): string | null {
  return time === null ? null : time.slice(0, 16).replace('T', ' ')
}
