// Contact cards: people with their numbers, to be saved in the recipient's address book.

import { type Static, Type } from 'typebox'
import { type Kind, noMedia, noRules } from './kind.ts'

const text = (description: string) => Type.Optional(Type.String({ description }))
const closed = { additionalProperties: false } as const

const type = text('Usually HOME, WORK or CELL.')

const Name = Type.Object(
  {
    formatted_name: Type.String({ minLength: 1, description: 'The whole name, as it is shown.' }),
    first_name: text('Meta has been seen to want one more part of the name beside `formatted_name`.'),
    last_name: text('Family name.'),
    middle_name: text('Middle name.'),
    suffix: text('Such as Jr.'),
    prefix: text('Such as Dr.'),
  },
  closed,
)

const Phone = Type.Object(
  {
    phone: text('As it is shown.'),
    type,
    wa_id: text('Digits of the WhatsApp account: with it the card offers "Message", without it "Invite".'),
  },
  closed,
)

const Address = Type.Object(
  {
    street: text('Street and number.'),
    city: text('City.'),
    state: text('State or region.'),
    zip: text('Postal code.'),
    country: text('Country.'),
    country_code: text('ISO code of the country.'),
    type,
  },
  closed,
)

export const ContactCard = Type.Object(
  {
    name: Name,
    phones: Type.Optional(Type.Array(Phone)),
    emails: Type.Optional(Type.Array(Type.Object({ email: text('E-mail address.'), type }, closed))),
    addresses: Type.Optional(Type.Array(Address)),
    org: Type.Optional(
      Type.Object(
        { company: text('Company.'), department: text('Department.'), title: text('Position.') },
        closed,
      ),
    ),
    urls: Type.Optional(Type.Array(Type.Object({ url: text('Web address.'), type }, closed))),
    birthday: Type.Optional(Type.String({ format: 'date', description: 'YYYY-MM-DD.' })),
  },
  { ...closed, $id: 'ContactCard' },
)

const fields = {
  contacts: Type.Array(ContactCard, {
    minItems: 1,
    maxItems: 257,
    description: '1 to 257 cards; far fewer are better.',
  }),
}

const Fields = Type.Object(fields)

export const contacts: Kind<Static<typeof Fields>> = {
  fields,
  rules: noRules,
  wire: ({ contacts }) => ({ type: 'contacts', content: contacts }),
  media: noMedia,
}
