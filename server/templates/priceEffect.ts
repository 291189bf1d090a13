// What a change of category does to the price, in words: amounts differ by market and date, and are not known here.

type Categories = { category: string; previous_category: string | null; correct_category: string | null }

export function priceEffect({ category, previous_category, correct_category }: Categories): string | null {
  if (correct_category !== null && correct_category !== category) {
    const effect = compare(category, correct_category)
    return effect === undefined ? null : `Meta will move this template to ${correct_category}: ${effect}`
  }
  if (previous_category === null || previous_category === category) return null
  const effect = compare(previous_category, category)
  return effect === undefined ? null : `This template was ${previous_category}: ${effect}`
}

/** So it is on every rate card since January 2026: marketing 1.4 to 37 times utility, and authentication like utility. */
function compare(before: string, after: string): string | undefined {
  const [from, to] = [before.toLowerCase(), after.toLowerCase()]
  if (after === 'MARKETING')
    return `marketing costs more than ${from} in every market, several times as much in most.`
  if (before === 'MARKETING') return `${to} costs less than marketing in every market.`
  if (after === 'UTILITY' || after === 'AUTHENTICATION') {
    return `${from} and ${to} cost the same; authentication costs more where it comes from another country.`
  }
  return undefined
}
