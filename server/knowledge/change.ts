// Changes or forgets what a bot knows.

import type { Queryable } from '../db/pool.ts'
import { fail } from '../kit/errors.ts'
import { noSuchDocument, presentDocument, requireBot } from './find.ts'
import { passagesOf } from './passages.ts'
import { type DocumentRow, lock, remove } from './queries.ts'
import { readable } from './refuse.ts'
import type { Knowledge } from './room.ts'
import type { Document, DocumentPatch } from './schema.ts'
import { storeChange } from './store.ts'

/** A new title or text: it is cut and indexed anew. Of a file only the title can be changed. */
export async function changeDocument(
  knowledge: Knowledge,
  tx: Queryable,
  key: { tenant_id: string; bot_id: string; id: string },
  patch: DocumentPatch,
): Promise<Document> {
  const { language } = await requireBot(knowledge, tx, key.tenant_id, key.bot_id)
  const before = (await lock(tx, key)) ?? noSuchDocument()
  if (before.kind === 'file' && patch.content !== undefined) {
    fail('invalid_state', {
      param: 'content',
      message: 'The text of a file comes from the file; upload it again, or add a text.',
    })
  }
  const after: DocumentRow = { ...before, ...readable(patch), updated_at: knowledge.clock.now() }
  const row = await storeChange(tx, after, passagesOf(after.content), language)
  return presentDocument(row)
}

export async function removeDocument(
  tx: Queryable,
  key: { tenant_id: string; bot_id: string; id: string },
): Promise<void> {
  if (!(await remove(tx, key))) noSuchDocument()
}
