// How long Meta keeps each version of its Graph API (its changelog, read in November 2026). A version that stands nowhere
// here is newer than this table.

const UNTIL: Record<string, string | null> = {
  'v20.0': '2026-09-24',
  'v21.0': '2027-01-21',
  'v22.0': '2027-05-20',
  'v23.0': '2027-10-08',
  'v24.0': '2028-02-18',
  'v25.0': '2028-07-29',
  'v26.0': null,
}

/** Null: Meta has announced no end. Undefined: not known here. */
export function availableUntil(version: string): Date | null | undefined {
  const until = Object.hasOwn(UNTIL, version) ? UNTIL[version] : undefined
  return typeof until === 'string' ? new Date(`${until}T00:00:00Z`) : until
}
