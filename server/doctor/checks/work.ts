// Whether the work keeps up: webhooks that wait, messages that are late, what was parked. For the operator alone.

import { error, type Finding, ok, warning } from '../finding.ts'
import { readBacklogs } from '../queries.ts'
import type { Doctor } from '../room.ts'

const LATE_S = 60
const STUCK_S = 600

export async function checkWork({ db }: Doctor): Promise<Finding[]> {
  const { inbox_s, messages_s, parked } = await readBacklogs(db)
  return [
    age(
      'inbox',
      inbox_s,
      'The oldest webhook from Meta that is not applied',
      'Webhooks from Meta are applied at once.',
    ),
    age('queue', messages_s, 'The oldest message whose time has come', 'Queued messages are sent at once.'),
    parked === 0
      ? ok('parked', 'Every part of every webhook of the last day was applied.')
      : warning('parked', {
          message: `${parked} parts of webhooks of the last day could not be applied.`,
          remedy:
            'select field, reason, count(*) from inbox_parked group by 1, 2; and report what Carom should know.',
        }),
  ]
}

function age(code: string, seconds: number | null, what: string, fine: string): Finding {
  const late = seconds ?? 0
  if (late < LATE_S) return ok(code, fine)
  const say = late < STUCK_S ? warning : error
  return say(code, {
    message: `${what} waits for ${Math.round(late)} seconds.`,
    remedy:
      'See that a process with CAROM_ROLE=all or worker runs (GET /readyz), and what it logs; start another if it is busy.',
  })
}
