// A place on the map.

import { type Static, Type } from 'typebox'
import type { Issue } from '../../kit/errors.ts'
import { type Kind, noMedia } from './kind.ts'
import { at } from './look.ts'

const DECIMAL = '^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)$'

const degrees = (most: number, description: string) =>
  Type.Union(
    [
      Type.Number({ minimum: -most, maximum: most }),
      Type.String({
        pattern: DECIMAL,
        errorMessage: 'must be a number of degrees, such as 52.52 or "52.52".',
      }),
    ],
    { description },
  )

const Location = Type.Object(
  {
    latitude: degrees(90, 'From -90 to 90 degrees; a number, or a string that holds one.'),
    longitude: degrees(180, 'From -180 to 180 degrees; a number, or a string that holds one.'),
    name: Type.Optional(Type.String({ description: 'What the place is called.' })),
    address: Type.Optional(Type.String()),
  },
  { additionalProperties: false, $id: 'Location' },
)

const fields = { location: Location }

const Fields = Type.Object(fields)

export const location: Kind<Static<typeof Fields>> = {
  fields,
  rules: body => [...inRange(body, 'latitude', 90), ...inRange(body, 'longitude', 180)],
  wire: ({ location }) => ({ type: 'location', content: location }),
  media: noMedia,
}

/** Numbers are bounded by the schema; a string's bounds it cannot say. */
function inRange(body: unknown, name: string, most: number): Issue[] {
  const value = at(body, 'location', name)
  if (typeof value !== 'string' || !new RegExp(DECIMAL).test(value) || Math.abs(Number(value)) <= most)
    return []
  const param = `location.${name}`
  return [
    {
      param,
      message: `\`${param}\` must be from -${most} to ${most}, but is ${JSON.stringify(value.slice(0, 40))}.`,
    },
  ]
}
