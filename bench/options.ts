// The few flags of a benchmark: --quick for short runs, --only=… for the cells whose names begin with
// one of the words.

import { parseArgs } from 'node:util'

export type Options = {
  rounds: number
  round_ms: number
  warm_ms: number
  quick: boolean
  wanted(name: string): boolean
}

export function readOptions(): Options {
  const { values } = parseArgs({
    options: { quick: { type: 'boolean', default: false }, only: { type: 'string', default: '' } },
  })
  const words = values.only.split(',').filter(word => word !== '')
  const times = values.quick
    ? { rounds: 1, round_ms: 2_000, warm_ms: 1_500 }
    : { rounds: 3, round_ms: 5_000, warm_ms: 5_000 }
  return {
    ...times,
    quick: values.quick,
    wanted: name => words.length === 0 || words.some(word => name.startsWith(word)),
  }
}
