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

function compare(before: string, after: string): string | undefined {
  if (after === 'MARKETING') {
    return `${after.toLowerCase()} costs more than ${before.toLowerCase()} in most markets, and is charged inside an open window too.`
  }
  if (before === 'MARKETING') return `${after.toLowerCase()} costs less than marketing in most markets.`
  if (after === 'UTILITY' || after === 'AUTHENTICATION') {
    return `${before.toLowerCase()} and ${after.toLowerCase()} are charged by different rates, which depend on the market.`
  }
  return undefined
}
