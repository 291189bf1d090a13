// Reads a multipart form with one file, which is handed on while it arrives.

import type { IncomingMessage } from 'node:http'
import type { Readable, Writable } from 'node:stream'
import { Busboy, type BusboyHeaders } from '@fastify/busboy'
import { wrongParameter } from '../graph/errors.ts'

export type FormFile = { mime_type: string; filename: string | null }
export type Form<T> = { fields: Map<string, string>; file: (FormFile & { kept: T }) | null }

const MOST_FIELDS = 50

/** A broken form is refused as a wrong parameter, and the rest of the request read, so that the refusal arrives. */
export async function readForm<T>(
  request: IncomingMessage,
  keep: (bytes: Readable) => Promise<T>,
): Promise<Form<T>> {
  const fields = new Map<string, string>()
  let taking: Promise<Form<T>['file']> | undefined
  let current: Readable | undefined
  try {
    const limits = { files: 2, fields: MOST_FIELDS, fieldSize: 10_000 }
    const form = new Busboy({ headers: request.headers as BusboyHeaders, limits })
    form.on('field', (name, value) => void fields.set(name, value))
    form.on('file', (name, bytes, filename, _encoding, mime_type) => {
      // A part that breaks off says so itself, also after nobody reads it any more.
      bytes.on('error', () => undefined)
      if (name !== 'file' || taking) return void bytes.resume()
      current = bytes
      taking = keep(bytes).then(kept => ({ mime_type, filename: filename || null, kept }))
      // Waited for below; until then a failure must not end the program.
      taking.catch(() => undefined)
    })
    await flow(request, form)
    return { fields, file: (await taking) ?? null }
  } catch (error) {
    current?.destroy(error as Error)
    request.unpipe()
    request.resume()
    await taking?.catch(() => undefined)
    throw wrongParameter(`The form could not be read: ${(error as Error).message}`)
  }
}

/** Not a pipeline: that would close the connection of a broken form before it is answered. */
function flow(request: IncomingMessage, form: Writable): Promise<void> {
  return new Promise((done, fail) => {
    form.once('finish', done)
    form.on('error', fail)
    request.once('error', fail)
    request.once('close', () => request.complete || fail(new Error('the connection was closed')))
    request.pipe(form)
  })
}
