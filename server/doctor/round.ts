// The doctor on schedule: every hour one process looks at everything, remembers what it found, and tells what has changed.

import type { Loop } from '../db/lease.ts'
import { startLoop } from '../db/lease.ts'
import { examine } from './examine.ts'
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
    for (const { code, subject, previous } of await remember(tx, tenant_id, findings, at)) {
      const finding = findings.find(one => one.code === code && (one.subject ?? '') === subject)
      if (!finding || (previous === null && finding.severity === 'ok')) continue
      await doctor.hooks.recordChange?.(tx, { tenant_id, finding, previous, at })
      const told = { code, subject: finding.subject, finding: finding.message }
      if (finding.severity === 'error') doctor.log.warn(told, 'The doctor found something that does not work')
      else doctor.log.debug({ ...told, severity: finding.severity }, 'The doctor found a change')
    }
  })
}
