// A file that is to become the example of a header, and how one is refused.

import type { Readable } from 'node:stream'
import { fail } from '../kit/errors.ts'

/** On its way: nothing of it has been read. `mime_type` is what was declared. */
export type Source = { mime_type: string | undefined; filename: string; body: Readable }

export function refuseExample(param: string, message: string): never {
  fail('invalid_parameter', { param, message, details: { issues: [{ param, message }] } })
}
