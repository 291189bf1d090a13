// npm run fuzz -- 10000 [seed]: so many generated bodies through a whole Carom. Prints every server error and every
// disagreement between the validator and the simulator, grouped, and ends with 1 if there was any.

import { availableParallelism } from 'node:os'
import fc from 'fast-check'
import { anyBody } from '../server/messages/kinds/arbitrary.fixture.ts'
import { changedBody } from '../server/messages/kinds/arbitraryChange.fixture.ts'
import { startJourney } from './carom.ts'
import { type Finding, PERMISSIVE, type Tried, tryBody } from './sendBodies.ts'

const count = Number(process.argv[2] ?? 10_000)
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000)
const CONCURRENCY = availableParallelism() * 4

const bodies: Tried[] = fc.sample(
  fc.oneof(
    { weight: 1, arbitrary: anyBody.map(sample => ({ ...sample, change: 'none', param: '' })) },
    { weight: 3, arbitrary: changedBody },
  ),
  { numRuns: count, seed },
)
const journey = await startJourney({ settings: PERMISSIVE })
const findings: Finding[] = []
const began_ms = performance.now()
let next = 0
await Promise.all(Array.from({ length: CONCURRENCY }, work))
const seconds = (performance.now() - began_ms) / 1000
await journey.close()
report()
process.exitCode = findings.length === 0 ? 0 : 1

async function work(): Promise<void> {
  for (let nth = next++; nth < bodies.length; nth = next++) {
    const finding = await tryBody(journey, bodies[nth] as Tried, nth)
    if (finding) findings.push(finding)
  }
}

function report(): void {
  const groups = Map.groupBy(findings, titleOf)
  for (const [title, [first, ...more]] of groups) {
    const body = JSON.stringify(first?.body).slice(0, 400)
    process.stdout.write(`${1 + more.length} × ${title}\n    ${body}\n`)
  }
  const errors = findings.filter(finding => finding.what === 'server error').length
  process.stdout.write(
    `${count} bodies (seed ${seed}) in ${seconds.toFixed(1)} s: ${errors} server errors, ${findings.length - errors} disagreements.\n`,
  )
}

/** What was found, without what differs from one body to the next. */
function titleOf({ what, kind, change, param, words }: Finding): string {
  if (what === 'server error')
    return `${what}: ${kind}\n    ${words.replace(/[0-9a-f]{8}-[-0-9a-f]+/g, '…').slice(0, 300)}`
  const bare = (text: string) => text.replace(/\[\d+\]/g, '[]')
  return `${what}: ${kind}, ${change} ${bare(param)}\n    ${bare(words).slice(0, 200)}`
}
