// Checks interactive messages: what all of them have in common (body, header, footer) by the table of their kinds.
// What stands in `action` is told by the files of interactive/.

import { wrongParameter } from '../graph/errors.ts'
import type { Json, Rendered } from '../world.ts'
import { headerMedium } from './checkMedia.ts'
import { calls } from './interactive/calls.ts'
import { carousel } from './interactive/carousel.ts'
import { choices } from './interactive/choices.ts'
import { forms } from './interactive/forms.ts'
import { products } from './interactive/products.ts'
import {
  anything,
  checkPart,
  inside,
  isObject,
  missing,
  object,
  oneOf,
  optional,
  type Scene,
  type Shape,
  shape,
  text,
  wrongValue,
} from './shapes.ts'

export type InteractiveKind = {
  /** May be left out only where Meta says so. */
  body?: 'optional'
  /** 1024 unless told otherwise. */
  body_limit?: number
  /** Allowed headers; none where it is empty. */
  headers: readonly string[]
  header?: 'required'
  footer?: 'none'
  action: Shape
  /** What a schema cannot say: sums, and what must differ. */
  rules?: (action: Json) => void
  render: (action: Json) => Partial<Rendered> & Pick<Rendered, 'buttons'>
}

const KINDS: Record<string, InteractiveKind> = { ...choices, ...products, ...forms, ...calls, carousel }

const caption = (most: number) => object({ text: text(most) })

export function checkInteractive(content: Json, scene: Scene): Rendered {
  const written = String(content.type ?? '')
  const type = scene.strict ? written : written.toLowerCase()
  const kind = KINDS[type]
  if (!kind) throw unknownType(content.type)
  envelope(type, kind).check('interactive', content, scene)
  const { action, body, footer, header } = content as Record<string, Json>
  kind.rules?.(action as Json)
  return {
    ...(header && { header }),
    ...(body && { body: String(body.text) }),
    ...(footer && { footer: String(footer.text) }),
    ...kind.render(action as Json),
  }
}

function unknownType(type: unknown) {
  if (type === undefined || type === null) return missing("interactive['type']")
  const allowed = Object.keys(KINDS)
    .map(one => one.toUpperCase())
    .join(', ')
  return wrongParameter(`Param interactive['type'] must be one of {${allowed}} - got "${String(type)}".`)
}

function envelope(type: string, kind: InteractiveKind): Shape {
  const body = caption(kind.body_limit ?? 1024)
  const header = headerOf(type, kind.headers)
  return object({
    type: text(),
    body: kind.body === 'optional' ? optional(body) : body,
    header: kind.header === 'required' ? header : optional(header),
    footer: optional(kind.footer === 'none' ? none(type) : caption(60)),
    action: kind.action,
  })
}

const none = (type: string) =>
  shape(where => {
    throw wrongValue(`${where} is not allowed for interactive messages of type ${type}`)
  })

function headerOf(type: string, allowed: readonly string[]): Shape {
  if (allowed.length === 0) return none(type)
  return shape((where, value, scene) => {
    anything.check(where, value, scene)
    const header = value as Json
    checkPart(inside(where, 'type'), header.type, oneOf(...allowed), scene)
    const kind = String(header.type)
    const part = kind === 'text' ? text(60) : headerMedium(kind)
    object({ type: text(), [kind]: part }).check(where, header, scene)
  })
}

export const isPermissionRequest = (content: unknown) =>
  isObject(content) && content.type === 'call_permission_request'
