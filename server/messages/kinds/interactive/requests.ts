// Messages that ask for something: a location, an address, the permission to call, a call, a phone number.

import { Type } from 'typebox'
import { Body, Footer, Header, Label, none, shape } from './parts.ts'

export const LocationRequest = shape(
  {
    type: Type.Literal('location_request_message'),
    header: none('a location request'),
    body: Body(),
    footer: none('a location request'),
    action: shape({ name: Type.Literal('send_location') }),
  },
  'Asks where the contact is.',
)

const ADDRESS_FIELDS = [
  'name',
  'phone_number',
  'in_pin_code',
  'house_number',
  'floor_number',
  'tower_number',
  'building_name',
  'address',
  'landmark_area',
  'city',
  'state',
] as const

const AddressFields = shape(
  Object.fromEntries(ADDRESS_FIELDS.map(name => [name, Type.Optional(Type.String())])),
)

export const AddressMessage = shape(
  {
    type: Type.Literal('address_message'),
    header: Type.Optional(Header),
    body: Body(),
    footer: Type.Optional(Footer),
    action: shape({
      name: Type.Literal('address_message'),
      parameters: shape({
        country: Type.Literal('IN', { description: 'India is the only country where Meta offers this.' }),
        values: Type.Optional(AddressFields),
        saved_addresses: Type.Optional(
          Type.Array(shape({ id: Type.String({ minLength: 1 }), value: AddressFields })),
        ),
        validation_errors: Type.Optional(AddressFields),
      }),
    }),
  },
  'Asks for a postal address. India only.',
)

export const CallPermissionRequest = shape(
  {
    type: Type.Literal('call_permission_request'),
    header: none('a call permission request'),
    body: Type.Optional(Body()),
    footer: none('a call permission request'),
    action: shape({ name: Type.Literal('call_permission_request') }),
  },
  'Asks to be allowed to call. Once in 24 hours and twice in 7 days for each contact.',
)

export const VoiceCallMessage = shape(
  {
    type: Type.Literal('voice_call'),
    header: Type.Optional(Header),
    body: Body(),
    footer: Type.Optional(Footer),
    action: shape({
      name: Type.Literal('voice_call'),
      parameters: Type.Optional(
        shape({
          display_text: Type.Optional(Label(20, 'What the button says: "Call Now" where left out.')),
          ttl_minutes: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 43_200,
              description: 'How long the button works: 10,080 minutes (7 days) where left out.',
            }),
          ),
          payload: Type.Optional(
            Type.String({ minLength: 1, maxLength: 512, description: 'Yours; comes back with the call.' }),
          ),
        }),
      ),
    }),
  },
  'A button that calls the business over WhatsApp.',
)

/** Meta's page of May 2026 prints `contact_request`, clients that work send `request_contact_info`: both are taken. */
export const CONTACT_REQUEST = ['request_contact_info', 'contact_request'] as const

export const ContactRequest = shape(
  {
    type: Type.Enum([...CONTACT_REQUEST]),
    // Meta shows neither a header nor a footer, and forbids neither.
    header: Type.Optional(Header),
    body: Body(),
    footer: Type.Optional(Footer),
    action: shape({ name: Type.Enum([...CONTACT_REQUEST]) }),
  },
  'Asks a contact who hides behind a username for the phone number.',
)
