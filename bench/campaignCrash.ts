// node bench/campaignCrash.ts [--recipients=100000] [--kills=30] [--workers=3]: the crash journey of a campaign in full. Workers
// are killed again and again; the simulator repeats and reorders its webhooks; at the end everybody has got it once, and the
// counts are exact. It is the test of the suite with larger numbers, and takes about ten minutes.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    recipients: { type: 'string', default: '100000' },
    kills: { type: 'string', default: '30' },
    workers: { type: 'string', default: '3' },
  },
})

const file = join(import.meta.dirname, '../test/campaignCrash.test.ts')
const child = spawn(process.execPath, ['--test', '--test-reporter=spec', file], {
  stdio: 'inherit',
  env: {
    ...process.env,
    CHAOS_RECIPIENTS: values.recipients,
    CHAOS_KILLS: values.kills,
    CHAOS_WORKERS: values.workers,
  },
})
const [code] = await once(child, 'exit')
process.exitCode = code ?? 1
