// Uploaded files that a message refers to: known for this number, not expired, and of the type that they are sent as.
// What is known of files is another room's: it is asked through Messages.checkMedia, where that is there.

import type { SendableNumber } from '../../accounts/room.ts'
import { Failure, fail, type Issue } from '../../kit/errors.ts'
import { plainType } from '../../media/kinds.ts'
import type { MediaType, MediaUse } from './kind.ts'

/**
 * Fails with `media_not_found` where the file is another number's or has expired, and with `invalid_parameter` where it
 * cannot be sent as that type; `param` is where the id stands. Undefined: nobody knows this file, and Meta decides.
 */
export type CheckMedia = (
  number: SendableNumber,
  media_id: string,
  type: MediaType,
  param: string,
) => Promise<{ mime_type: string | null } | undefined>

/** Fails with every file that does not fit; a file that is not there comes first. */
export async function checkMedia(
  check: CheckMedia | undefined,
  number: SendableNumber,
  uses: MediaUse[],
): Promise<void> {
  if (!check || uses.length === 0) return
  const found = await Promise.all(uses.map(use => problemsOf(check, number, use)))
  const issues = found.flat()
  const [first] = issues
  if (first) fail('invalid_parameter', { param: first.param, message: first.message, details: { issues } })
}

async function problemsOf(check: CheckMedia, number: SendableNumber, use: MediaUse): Promise<Issue[]> {
  const { param, media_id, type, voice } = use
  try {
    const mime_type = (await check(number, media_id, type, param))?.mime_type
    if (!voice || !mime_type || plainType(mime_type) === 'audio/ogg') return []
    const message = `\`${param}\` is ${plainType(mime_type)}; a voice message must be audio/ogg with Opus.`
    return [{ param, message }]
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'invalid_parameter') throw error
    return [{ param, message: error.message }]
  }
}
