// What is charged, by category and day.

import { type Rule, rules } from './tables.ts'

/** The first day of prices by message. Before it Meta charged conversations, for which Carom has no prices. */
export const FIRST_DAY = '2025-07-01'

/** Undefined: nothing is known of that category on that day. */
export function ruleOf(category: string, day: string): Rule | undefined {
  let found: Rule | undefined
  for (const rule of rules()) {
    if (rule.category === category && rule.effective_from <= day) found = rule
  }
  return found
}

/** Days on which something about the rules changes. */
export function ruleDays(): string[] {
  return [...new Set(rules().map(rule => rule.effective_from))]
}
