// The text of a web page. Headings keep their rank as in Markdown, so that passages know under which they stand; a row of a
// table is a line.

import { convert, type FormatCallback } from 'html-to-text'
import { decode } from './readText.ts'

const SKIPPED = ['img', 'nav', 'script', 'style', 'noscript', 'template', 'svg', 'form', 'iframe']

const heading: FormatCallback = (element, walk, builder) => {
  builder.openBlock({ leadingLineBreaks: 2 })
  builder.addInline(`${'#'.repeat(Number(element.name?.[1] ?? 1))} `)
  walk(element.children, builder)
  builder.closeBlock({ trailingLineBreaks: 2 })
}

const row: FormatCallback = (element, walk, builder) => {
  builder.openBlock({ leadingLineBreaks: 1 })
  walk(element.children, builder)
  builder.closeBlock({ trailingLineBreaks: 1, blockTransform: line => line.replace(/[\s|]+$/, '') })
}

/** Paragraphs inside it do not break the line. */
const cell: FormatCallback = (element, walk, builder) => {
  for (const child of element.children ?? []) {
    const inner = child.name === 'p' || child.name === 'div' ? child.children : [child]
    walk(inner, builder)
    if (inner === child.children) builder.addInline(' ')
  }
  builder.addInline(' | ')
}

export function readHtml(bytes: Buffer): string {
  return textOfHtml(decode(bytes, charsetOf(bytes)))
}

export function textOfHtml(html: string): string {
  return convert(html, {
    wordwrap: false,
    limits: { maxInputLength: html.length + 1, maxDepth: 200 },
    formatters: { heading, cell, row },
    selectors: [
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map(selector => ({ selector, format: 'heading' })),
      { selector: 'a', options: { ignoreHref: true } },
      { selector: 'table', format: 'block' },
      { selector: 'tr', format: 'row' },
      ...['td', 'th'].map(selector => ({ selector, format: 'cell' })),
      { selector: 'ul', options: { itemPrefix: '- ' } },
      ...SKIPPED.map(selector => ({ selector, format: 'skip' })),
    ],
  })
}

/** As the page itself says, in its beginning. */
function charsetOf(bytes: Buffer): string | undefined {
  const head = bytes.subarray(0, 4096).toString('latin1')
  return /<meta[^>]+charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]+)/i.exec(head)?.[1]
}
