// Messages of contact cards.

import type { Rendered } from '../world.ts'
import { list, object, optional, type Scene, shape, text, wrongValue } from './shapes.ts'

const MOST = 257

const words = (...names: string[]) =>
  object(Object.fromEntries(names.map(name => [name, optional(text(undefined, 0))])))
const some = (...names: string[]) => optional(list(words(...names), 0, Number.POSITIVE_INFINITY))

const birthday = shape((where, value, scene) => {
  text().check(where, value, scene)
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(String(value)) && !Number.isNaN(Date.parse(String(value)))
  const isKept = isDay && new Date(String(value)).toISOString().startsWith(String(value))
  if (!isKept) throw wrongValue(`${where} must be a date such as 1990-12-31`)
})

const NAME_PARTS = ['first_name', 'last_name', 'middle_name', 'suffix', 'prefix']

const contact = object({
  name: object({
    formatted_name: text(),
    ...Object.fromEntries(NAME_PARTS.map(name => [name, optional(text(undefined, 0))])),
  }),
  phones: some('phone', 'type', 'wa_id'),
  emails: some('email', 'type'),
  addresses: some('street', 'city', 'state', 'zip', 'country', 'country_code', 'type'),
  org: optional(words('company', 'department', 'title')),
  urls: some('url', 'type'),
  birthday: optional(birthday),
})

const contacts = list(contact, 1, MOST)

export function checkContacts(content: unknown, scene: Scene): Rendered {
  contacts.check('contacts', content, scene)
  const cards = content as { name: { formatted_name: string } }[]
  return { body: cards.map(card => card.name.formatted_name).join(', '), contacts: cards, buttons: [] }
}
