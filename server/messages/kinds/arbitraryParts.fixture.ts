// Generators for what bodies are made of: texts up to their limits, ids, URLs, files. None of the texts is blank.

import fc from 'fast-check'

/** Characters of one code point each, of one to four bytes. */
const character = fc.constantFrom(
  ...'abcXYZ089 .,!?*_~',
  'ä',
  'ß',
  'é',
  '漢',
  'ا',
  '\u200d',
  '\u0301',
  '😀',
  '🏽',
)

export function text(most: number): fc.Arbitrary<string> {
  const few = fc
    .string({ unit: character, minLength: 0, maxLength: Math.min(most - 1, 30) })
    .map(rest => `a${rest}`)
  const full = fc.constantFrom('x', 'ß', '漢', '😀').map(one => one.repeat(most))
  return fc.oneof({ weight: 9, arbitrary: few }, { weight: 1, arbitrary: full })
}

/** An object with all of `required` and some of `optional`. */
export function record(
  required: Record<string, fc.Arbitrary<unknown>>,
  optional: Record<string, fc.Arbitrary<unknown>> = {},
): fc.Arbitrary<Record<string, unknown>> {
  const keys = Object.keys(required)
  return fc.record({ ...required, ...optional }, { requiredKeys: keys }) as fc.Arbitrary<
    Record<string, unknown>
  >
}

export const id = (most: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'abcdefgh01234567-_'), minLength: 1, maxLength: Math.min(most, 40) })

export const url: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom('https', 'http'), id(20), fc.constantFrom('', '?a=b&c=%20d', '#there', '/ä/漢.jpg'))
  .map(([scheme, path, rest]) => `${scheme}://example.com/${path}${rest}`)

/** A link, or now and then an uploaded file (which nobody has uploaded: Meta will not know it). */
export const mediaFile = (idName: string): fc.Arbitrary<Record<string, unknown>> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.constant({ [idName]: '1230000000000001' }) },
    { weight: 4, arbitrary: url.map(link => ({ link })) },
  )

export const emoji: fc.Arbitrary<string> = fc.constantFrom(
  '👍',
  '❤️',
  '❤',
  '👍🏽',
  '👨‍👩‍👧',
  '🇩🇪',
  '1️⃣',
  '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
  '',
)

/** Texts of at most that length, all different. */
export function differing(count: number, most: number): fc.Arbitrary<string[]> {
  return fc
    .array(text(most - 2), { minLength: count, maxLength: count })
    .map(all => all.map((one, i) => `${i % 10}${one}`))
}
