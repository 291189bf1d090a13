// Messages that can be answered by a press: Meta's interactive object, one schema and one set of rules for each of its
// types. What the types have in common is in interactive/parts.ts.

import { type Static, Type } from 'typebox'
import type { Issue } from '../../kit/errors.ts'
import { ButtonMessage, buttonRules, CtaUrlMessage } from './interactive/buttons.ts'
import { CarouselMessage, carouselMedia, carouselRules } from './interactive/carousels.ts'
import { FlowMessage, flowRules } from './interactive/flows.ts'
import { ListMessage, listRules } from './interactive/lists.ts'
import { headerMedia, headerRules } from './interactive/parts.ts'
import {
  CatalogMessage,
  ProductListMessage,
  ProductMessage,
  productListRules,
} from './interactive/products.ts'
import {
  AddressMessage,
  CallPermissionRequest,
  CONTACT_REQUEST,
  ContactRequest,
  LocationRequest,
  VoiceCallMessage,
} from './interactive/requests.ts'
import type { Kind } from './kind.ts'
import { at, textAt } from './look.ts'

export const Interactive = Type.Union(
  [
    ButtonMessage,
    ListMessage,
    CtaUrlMessage,
    FlowMessage,
    ProductMessage,
    ProductListMessage,
    CatalogMessage,
    LocationRequest,
    AddressMessage,
    CallPermissionRequest,
    VoiceCallMessage,
    CarouselMessage,
    ContactRequest,
  ],
  { $id: 'Interactive', description: "Meta's interactive object; `type` says which one." },
)

export type Interactive = Static<typeof Interactive>

const RULES: Record<string, (message: unknown, path: string) => Issue[]> = {
  button: buttonRules,
  list: listRules,
  flow: flowRules,
  product_list: productListRules,
  carousel: carouselRules,
}

const HERE = 'interactive'

const fields = { interactive: Interactive }

const Fields = Type.Object(fields)

export const interactive: Kind<Static<typeof Fields>> = {
  fields,
  rules(body) {
    const message = at(body, HERE)
    const type = textAt(message, 'type') ?? ''
    const own = Object.hasOwn(RULES, type) ? RULES[type]?.(message, HERE) : undefined
    return [...headerRules(at(message, 'header'), `${HERE}.header`), ...(own ?? [])]
  },
  wire: ({ interactive }) => ({ type: 'interactive', content: spelled(interactive) }),
  media: ({ interactive }) => [
    ...headerMedia(at(interactive, 'header'), `${HERE}.header`),
    ...carouselMedia(interactive, HERE),
  ],
}

/** Of the two spellings of a contact request, the one that is known to work. */
function spelled(message: Interactive): object {
  const [works, other] = CONTACT_REQUEST
  if (message.type !== works && message.type !== other) return message
  return { ...message, type: works, action: { name: works } }
}
