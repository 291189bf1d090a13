// A phone number as people and spreadsheets write it. Beyond what a single send takes: an international prefix, a trunk zero
// in brackets, and the marks that spreadsheets and address books leave. What a spreadsheet has shortened is refused: the
// digits are gone, and a wrong number is worse than none.

import { type Address, readAddress } from '../../kit/phone.ts'

/** An address, or what is wrong with it: a sentence without a subject. */
export function readNumber(written: string): Address | string {
  const direct = PLAIN.test(written) ? readAddress(written) : undefined
  if (direct) return direct
  const text = clean(written)
  if (text === '') return 'has no phone number'
  if (SHORTENED.test(text))
    return `has a number that a spreadsheet has shortened (${shown(text)}); format the column as text and export it again`
  const address = readAddress(text)
  if (address) return address
  if (/^0[1-9]/.test(text.replace(/\D/g, '')))
    return `has a number without its country code (${shown(text)}); write it like +4915112345678`
  return `has no possible phone number (${shown(text)}); write it like +4915112345678`
}

/** Digits with or without a plus; what most files hold. A leading zero needs a look. */
const PLAIN = /^\+?[1-9]\d+$/

/** 4.91512E+12, or 4,91512E+12. */
const SHORTENED = /^\+?\d([.,]\d+)?e\+?\d+$/i

/** Marks of direction and other characters without width, as address books put them around numbers. */
const INVISIBLE = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g

function clean(written: string): string {
  let text = written.replace(INVISIBLE, '').replace(/\s+/g, ' ').trim()
  // ="+4915112345678" and '+4915112345678 keep a spreadsheet from counting.
  text = text.replace(/^="?([^"]*)"?$/, '$1').replace(/^'/, '')
  text = text.replace(/^(whatsapp|tel|wa):\s*/i, '').replace(/^(https?:\/\/)?wa\.me\//i, '')
  text = text.replace(/[‐-―−]/g, '-')
  // A column of numbers with empty cells is written with decimals.
  text = text.replace(/^(\+?\d+)[.,]0+$/, '$1')
  text = text.replace(/^((?:\+|00)[\d ]{1,5})\(0\)/, '$1')
  return text.replace(/^00(?=[1-9])/, '+').trim()
}

function shown(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text
}
