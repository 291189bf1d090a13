// The business of bench:analytics: its templates, campaigns and customers' countries, and chance that repeats itself.

export const CAMPAIGNS = 30

/** Calling codes, the most frequent first. */
export const COUNTRIES = [
  ...[
    '49',
    '49',
    '43',
    '41',
    '33',
    '44',
    '39',
    '34',
    '31',
    '48',
    '90',
    '91',
    '55',
    '52',
    '62',
    '971',
    '966',
    '20',
    '27',
  ],
  ...['234', '57', '51', '54', '56', '1'],
]

const CATEGORIES = ['UTILITY', 'UTILITY', 'MARKETING', 'UTILITY', 'AUTHENTICATION', 'MARKETING'] as const

/** `text` as the column has it. */
export const TEMPLATES = Array.from({ length: 18 }, (_, n) => {
  const category = CATEGORIES[n % CATEGORIES.length] ?? 'UTILITY'
  const name = category === 'MARKETING' ? `offer_${n}` : `notice_${n}`
  return { name, category, text: JSON.stringify({ name, language: 'en', category }) }
})

/** Each campaign has one of these, and one number. */
export const OFFERS = TEMPLATES.filter(template => template.category === 'MARKETING')

/** Numbers from 0 to 1, the same ones for the same seed. */
export function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
