// How many failures a campaign may have before it pauses by itself: a share of the newest outcomes, or so many in a row. Pure.

import type { Budgets } from '../schema.ts'

export const DEFAULTS = { failed_percent: 10, failed_in_a_row: 30, opted_out_percent: 5 } as const

/** The share is of so many outcomes, and says nothing before there are so many. */
const OF = 200
/** Fewer people than this who opt out are no share of anything. */
const FEWEST_OPT_OUTS = 10

/** The newest outcomes, oldest first, as they came: how many were good and bad each time. */
export type WindowState = { parts: [good: number, bad: number][]; in_a_row: number }

export type Window = {
  /** Outcomes that came together; their order among themselves is not known. */
  note(good: number, bad: number): void
  /** What is over budget, in words. */
  over(budgets: Budgets): string | undefined
  state(): WindowState
}

export function openWindow(state: WindowState = { parts: [], in_a_row: 0 }): Window {
  const parts: [number, number][] = state.parts.map(([good, bad]) => [good, bad])
  let in_a_row = state.in_a_row
  let good = parts.reduce((sum, part) => sum + part[0], 0)
  let bad = parts.reduce((sum, part) => sum + part[1], 0)

  function forgetOld(): void {
    for (let oldest = parts[0]; oldest; oldest = parts[0]) {
      if (good + bad - oldest[0] - oldest[1] < OF) return
      good -= oldest[0]
      bad -= oldest[1]
      parts.shift()
    }
  }

  return {
    note(more_good, more_bad) {
      if (more_good + more_bad === 0) return
      in_a_row = more_good > 0 ? 0 : in_a_row + more_bad
      good += more_good
      bad += more_bad
      parts.push([more_good, more_bad])
      forgetOld()
    },
    over(budgets) {
      const row = budgets.failed_in_a_row === undefined ? DEFAULTS.failed_in_a_row : budgets.failed_in_a_row
      if (row !== null && in_a_row >= row) return `${in_a_row} messages in a row failed`
      const percent = budgets.failed_percent === undefined ? DEFAULTS.failed_percent : budgets.failed_percent
      if (percent === null || good + bad < OF || bad * 100 <= percent * (good + bad)) return undefined
      const share = Math.round((bad * 1000) / (good + bad)) / 10
      return `${share} % of the last ${good + bad} messages failed, and the budget is ${percent} %`
    },
    state: () => ({ parts, in_a_row }),
  }
}

/** Opt-outs over budget, in words. */
export function tooManyOptOuts(budgets: Budgets, stopped: number, delivered: number): string | undefined {
  const percent =
    budgets.opted_out_percent === undefined ? DEFAULTS.opted_out_percent : budgets.opted_out_percent
  if (percent === null || stopped < FEWEST_OPT_OUTS || stopped * 100 <= percent * delivered) return undefined
  const share = Math.round((stopped * 1000) / Math.max(1, delivered)) / 10
  return `${stopped} people (${share} %) opted out after this campaign reached them, and the budget is ${percent} %`
}
