// Where Node begins; the only JavaScript of the house. What Node compiles is kept for the next start, which then is
// faster and needs less memory: the type stripper is not even loaded.

import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

enableCompileCache(join(import.meta.dirname, 'node_modules/.cache/carom'))
await import('./cli/carom.ts')
