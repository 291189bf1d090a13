// Writes the files that are printed from code: the settings, Meta's errors, the OpenAPI document. CI runs it and refuses
// a difference.

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describeApi } from './describeApi.ts'
import { metaErrorsMarkdown } from './meta/printVerdicts.ts'
import { settingsMarkdown } from './printSettings.ts'

const docs = join(import.meta.dirname, '../docs')
await mkdir(docs, { recursive: true })
await writeFile(join(docs, 'settings.md'), settingsMarkdown())
await writeFile(join(docs, 'meta-errors.md'), metaErrorsMarkdown())
await writeFile(join(docs, 'openapi.json'), `${JSON.stringify(describeApi(), null, 2)}\n`)
