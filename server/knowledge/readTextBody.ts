// The JSON body of a call that otherwise takes a form: read within the same bounds, and checked against its schema with the
// same words, as any other.

import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { checkContentType, parseJson, readBody } from '../http/body.ts'
import { compileChecks } from '../http/check.ts'
import { NewText } from './schema.ts'

/** A text of the longest allowed, with every letter escaped. */
const MAX_BODY_BYTES = 1_572_864

const checks = compileChecks({ method: 'POST', scope: null, body: NewText })

export async function readTextBody(
  stream: Readable,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Promise<NewText> {
  checkContentType(headers as IncomingMessage['headers'])
  return checks.body(parseJson(await readBody(stream as IncomingMessage, MAX_BODY_BYTES))) as NewText
}
