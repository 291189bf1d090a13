// The bytes of a webhook as Meta writes them, and the signature over exactly these bytes.

import { createHmac } from 'node:crypto'

/** One line of JSON, non-ASCII as lower-case `\uXXXX`, slashes as `\/`. */
export function encodeBody(body: unknown): string {
  return JSON.stringify(body).replace(/[/\u0080-\uffff]/g, char =>
    char === '/' ? '\\/' : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

export const signBody = (body: string, secret: string) =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
