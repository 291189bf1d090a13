// The versions of the Graph API, and until when each of them answers.

import { GraphError } from './errors.ts'

const UNTIL: Record<string, string | null> = {
  'v26.0': null,
  'v25.0': '2028-07-29',
  'v24.0': '2028-02-18',
  'v23.0': '2027-10-08',
  'v22.0': '2027-05-20',
  'v21.0': '2027-01-21',
}

export const newestVersion = 'v26.0'
export const versionPattern = /^v\d+\.\d+$/

/** Refuses what is unknown or past its end; without a version Meta takes the oldest one that lives. */
export function checkVersion(asked: string | null, now: number): string {
  const lives = (version: string) => {
    const until = UNTIL[version]
    return until === null || (until !== undefined && now < Date.parse(until))
  }
  if (asked === null) return Object.keys(UNTIL).findLast(lives) ?? newestVersion
  if (lives(asked)) return asked
  const major = Number(asked.slice(1, -2))
  if (asked.endsWith('.0') && (major <= 20 || asked in UNTIL)) {
    throw new GraphError(2635, {
      message: `(#2635) You are calling a deprecated version of the API. Please update to the latest version: ${newestVersion}.`,
    })
  }
  throw new GraphError(2500, { message: `Unknown path components: /${asked}` })
}

export const isAtLeast = (version: string, major: number) =>
  Number(version.slice(1, version.indexOf('.'))) >= major
