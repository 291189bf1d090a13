// Where Node begins; the only JavaScript of the server. What Node compiles is kept for the next start, which then is
// faster and needs less memory: the type stripper is not even loaded.

import * as module from 'node:module'
import { join } from 'node:path'

if (Number.parseInt(process.versions.node, 10) < 24) {
  process.stderr.write(
    `Carom runs on Node 24, which "npm install" brings along; this is Node ${process.versions.node}.\n` +
      'Start it with "npm start". If install scripts were blocked, run "npm rebuild node" once.\n',
  )
  process.exit(1)
}
module.enableCompileCache(join(import.meta.dirname, 'node_modules/.cache/carom'))
await import('./cli/carom.ts')
