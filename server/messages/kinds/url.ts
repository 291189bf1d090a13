// An address on the web, as Meta takes it: http or https. Whether it can be reached from outside is for Meta to find out.

import { Type } from 'typebox'

export function Url(description: string) {
  const text = Type.String({
    pattern: '^[Hh][Tt][Tt][Pp][Ss]?://[^\\s/?#]+[^\\s]*$',
    errorMessage: 'must be a URL that begins with https:// or http:// and holds no spaces.',
    description,
  })
  return Type.Refine(text, value => URL.canParse(value))
}
