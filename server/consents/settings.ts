// How a tenant listens: which words, what is answered, and what a word counts for.

import type { Queryable } from '../db/pool.ts'
import { fail, type Issue } from '../kit/errors.ts'
import { DEFAULTS } from './defaults.ts'
import { changeSettings, findSettings } from './queries.ts'
import type { Consents } from './room.ts'
import type { ConsentSettings, SettingsBody } from './schema.ts'
import { foldWord } from './words.ts'

/** Remembered until they change: every message that comes in is looked at. */
export async function settingsOf(consents: Consents, tenant_id: string): Promise<ConsentSettings> {
  const settings = await consents.settings.get(tenant_id, async () => ({
    tenant_id,
    ...(await readSettings(consents.db, tenant_id)),
  }))
  return settings as ConsentSettings
}

export async function readSettings(db: Queryable, tenant_id: string): Promise<ConsentSettings> {
  const row = await findSettings(db, tenant_id)
  return {
    stop_words: row?.stop_words ?? DEFAULTS.stop_words,
    start_words: row?.start_words ?? DEFAULTS.start_words,
    stop_answers: row?.stop_answers ?? DEFAULTS.stop_answers,
    start_answers: row?.start_answers ?? DEFAULTS.start_answers,
    scope: row?.scope ?? DEFAULTS.scope,
    updated_at: row?.updated_at.toISOString() ?? null,
  }
}

export async function putSettings(
  consents: Consents,
  tx: Queryable,
  tenant_id: string,
  body: SettingsBody,
): Promise<ConsentSettings> {
  await changeSettings(tx, tenant_id, body, consents.clock.now())
  const settings = await readSettings(tx, tenant_id)
  checkWords(settings)
  return settings
}

/** No word may mean both, or nothing. */
function checkWords({ stop_words, start_words }: ConsentSettings): void {
  const issues: Issue[] = []
  const stops = new Set(Object.values(stop_words).flat().map(foldWord))
  const lists = { stop_words, start_words }
  for (const [field, lists_by_language] of Object.entries(lists)) {
    for (const [language, words] of Object.entries(lists_by_language)) {
      for (const [at, word] of words.entries()) {
        const param = `${field}.${language}[${at}]`
        const folded = foldWord(word)
        if (folded === '') issues.push({ param, message: `\`${param}\` has no letter or digit.` })
        else if (field === 'start_words' && stops.has(folded))
          issues.push({ param, message: `\`${param}\` is a word that stops, too.` })
      }
    }
  }
  const [first] = issues
  if (first) fail('invalid_parameter', { message: first.message, param: first.param, details: { issues } })
}
