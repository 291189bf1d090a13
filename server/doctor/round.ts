// The doctor on schedule: every hour one process looks at everything, remembers what it found, and tells what has changed.

import { type Loop, startLoop } from '../db/lease.ts'
import { recordEvents } from '../events/record.ts'
import { examine } from './examine.ts'
import type { Finding } from './finding.ts'
import { remember, takeTurn, tenantsWithAccounts } from './queries.ts'
import type { Doctor } from './room.ts'

const EVERY_S = 3_600
const LOOK_MS = 60_000

export function startRounds(doctor: Doctor): Loop {
  return startLoop({
    name: 'doctor',
    claim: async () => ((await takeTurn(doctor.db, EVERY_S)) ? tenantsWithAccounts(doctor.db) : []),
    work: async tenants => {
      for (const { tenant_id, is_first } of tenants) await lookAt(doctor, tenant_id, is_first)
    },
    limit: Number.MAX_SAFE_INTEGER,
    concurrency: 1,
    poll_ms: LOOK_MS,
    log: doctor.log,
  })
}

export async function lookAt(doctor: Doctor, tenant_id: string, operator: boolean): Promise<void> {
  const findings = await examine(doctor, { tenant_id, operator })
  const at = doctor.clock.now()
  await doctor.db.transaction(async tx => {
    const changes = news(findings, await remember(tx, tenant_id, findings, at))
    await recordEvents(
      tx,
      changes.map(data => ({ tenant_id, type: 'doctor.finding', at, data })),
    )
    for (const change of changes) tell(doctor, change)
  })
}

type Change = Finding & { previous: string | null }

/** What is well and was not looked at before is no news. */
function news(findings: Finding[], changed: Awaited<ReturnType<typeof remember>>): Change[] {
  return changed.flatMap(({ code, subject, previous }) => {
    const finding = findings.find(one => one.code === code && (one.subject ?? '') === subject)
    return finding && (previous !== null || finding.severity !== 'ok') ? [{ ...finding, previous }] : []
  })
}

function tell({ log }: Doctor, { code, subject, severity, message }: Change): void {
  const told = { code, subject, finding: message }
  if (severity === 'error') log.warn(told, 'The doctor found something that does not work')
  else log.debug({ ...told, severity }, 'The doctor found a change')
}
