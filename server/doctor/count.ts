// What the last round found, as numbers for metrics.

import * as queries from './queries.ts'
import type { Doctor } from './room.ts'

export function countFindings(doctor: Doctor): Promise<{ code: string; severity: string; count: number }[]> {
  return queries.countFindings(doctor.db)
}
