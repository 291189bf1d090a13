// Reads a multipart form with one file as it arrives. The file goes to `keep` while it comes; fields may stand before it
// or after it. What the fields mean is no concern of this file.

import type { Readable } from 'node:stream'
import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy'
import { unknownField } from '../http/sentences.ts'
import { Failure, fail, type Issue } from '../kit/errors.ts'
import { failInvalid } from './refuse.ts'

export type Part = { filename: string | undefined; declared: string | undefined }

export type Form<Kept> = { fields: Record<string, string>; kept: Kept; part: Part }

type Options<Kept> = {
  headers: Readonly<Record<string, string | string[] | undefined>>
  /** Names of the fields beside `file`. */
  fields: readonly string[]
  /** Of the whole form, where its length was not announced. */
  limit_bytes: number
  refuse(): never
  /** `before` are the fields that stand before the file. */
  keep(bytes: Readable, part: Part, before: Record<string, string>): Promise<Kept>
  /** What was kept of a form that is refused after all. */
  discard(kept: Kept): Promise<void>
}

type Found<Kept> = {
  fields: Record<string, string>
  issues: Issue[]
  bytes?: Readable
  part?: Part
  keeping?: Promise<Kept>
}

/** All problems of the form are reported at once; what `keep` throws comes first. The request is never destroyed. */
export async function readForm<Kept>(request: Readable, options: Options<Kept>): Promise<Form<Kept>> {
  const found: Found<Kept> = { fields: {}, issues: [] }
  const busboy = openBusboy(options.headers)
  collect(busboy, found, options)
  const broken = await flow(request, busboy, options).then(
    () => undefined,
    (error: Error) => error,
  )
  if (broken) found.bytes?.destroy(broken)
  const [kept] = await Promise.allSettled([found.keeping])
  if (kept.status === 'rejected') throw broken ?? kept.reason
  const { fields, issues, part } = found
  if (found.keeping === undefined && !issues.some(issue => issue.param === 'file')) {
    issues.push({ param: 'file', message: 'The form has no file; send it as the part `file`.' })
  }
  if (!broken && issues.length === 0) return { fields, kept: kept.value as Kept, part: part as Part }
  if (found.keeping) await options.discard(kept.value as Kept)
  throw broken ?? failInvalid(issues)
}

const LIMITS = {
  fields: 20,
  fieldNameSize: 100,
  fieldSize: 1024,
  headerPairs: 20,
  headerSize: 8192,
  parts: 25,
}

function openBusboy(headers: Options<unknown>['headers']): BusboyInstance {
  try {
    return new Busboy({ headers: headers as BusboyHeaders, limits: LIMITS })
  } catch {
    const message =
      'The Content-Type header of a multipart body must name its boundary; let your HTTP client set it.'
    return fail('invalid_header', { param: 'Content-Type', message })
  }
}

function collect<Kept>(busboy: BusboyInstance, found: Found<Kept>, options: Options<Kept>): void {
  const known = [...options.fields, 'file']
  const add = (param: string, message: string) => found.issues.push({ param, message })
  busboy.on('field', (name, value, _nameCut, valueCut) => {
    if (name === 'file') add('file', '`file` must be a file: a part with a filename.')
    else if (!options.fields.includes(name)) add(name, unknownField(name, name, known))
    else if (valueCut) add(name, `\`${name}\` is longer than ${LIMITS.fieldSize} bytes.`)
    else if (name in found.fields) add(name, `\`${name}\` is there twice.`)
    else found.fields[name] = value
  })
  busboy.on('file', (name, bytes, filename, _encoding, mime_type) => {
    // Without a listener an error of the part, which the form reports anyway, would end the process.
    bytes.on('error', () => {})
    if (name !== 'file') add(name, unknownField(name, name, known))
    else if (found.keeping) add('file', 'There are two files; send one with each call.')
    else {
      found.bytes = bytes
      // Of a part that names no type, the parser says text/plain: it is not taken for a declaration.
      found.part = { filename, declared: mime_type === 'text/plain' ? undefined : mime_type }
      found.keeping = options.keep(bytes, found.part, found.fields)
      // The rest is read over, so that the client, who is still sending, can read the refusal.
      found.keeping.catch(() => bytes.resume())
      return
    }
    bytes.resume()
  })
  const most = () => add('body', `The form has more than ${LIMITS.fields} parts.`)
  busboy.on('fieldsLimit', most)
  busboy.on('partsLimit', most)
}

/** Resolves at the end of the form. Rejects when the form is broken or the client goes away. */
function flow(
  request: Readable,
  busboy: BusboyInstance,
  { limit_bytes, refuse }: Pick<Options<unknown>, 'limit_bytes' | 'refuse'>,
): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    let left = limit_bytes
    const leave = (how: () => void) => {
      request.off('data', onData).off('error', onGone).off('close', onGone)
      request.unpipe(busboy)
      how()
    }
    const onData = (chunk: Buffer) => {
      left -= chunk.length
      if (left < 0) leave(() => void new Promise(refuse).catch(reject))
    }
    const onGone = () => {
      if (!request.readableEnded) leave(() => reject(cutOff()))
    }
    busboy.once('finish', () => leave(resolve))
    busboy.once('error', () => {
      // Something must go on listening: a broken form may raise more than one.
      busboy.on('error', () => {})
      leave(() => reject(brokenForm()))
      request.resume()
    })
    request.on('error', onGone).on('close', onGone)
    if (request.destroyed) onGone()
    else request.on('data', onData).pipe(busboy)
  })
}

/** Not an answer to be kept for an Idempotency-Key: the client did not hear it, and will try again. */
export function cutOff(): Failure {
  const message = 'The connection ended before the whole body had arrived.'
  return new Failure('malformed_json', { message, unsettled: true })
}

function brokenForm(): Failure {
  const message = 'The multipart body is broken: it does not end with its boundary, or a part has no name.'
  return new Failure('invalid_parameter', {
    message,
    param: 'body',
    details: { issues: [{ param: 'body', message }] },
  })
}
