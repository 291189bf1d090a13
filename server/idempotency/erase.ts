// Answers that are kept for a day may speak of a person: they are replaced by one that says so. The key stays, so that
// nothing is done twice.

import type { Queryable } from '../db/pool.ts'
import { emptyAnswers } from './eraseQueries.ts'

const ERASED = {
  error: {
    type: 'not_found_error',
    code: 'not_found',
    message: 'What this request was answered is no longer kept: the person was erased.',
    request_id: 'erased',
  },
}

/** Some keys after `cursor`. Answers where to go on; null: these were all. `words`: whole, as they stand in JSON. */
export function eraseAnswers(
  db: Queryable,
  tenant_id: string,
  words: string[],
  cursor: string | null,
  limit: number,
): Promise<{ cursor: string | null; count: number }> {
  return emptyAnswers(db, { tenant_id, words, cursor, limit, body: JSON.stringify(ERASED) })
}
