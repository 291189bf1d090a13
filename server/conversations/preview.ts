// A message in a few words, for a list of threads. What has no words has none here: its type says what it is.

const MOST = 200

type Part = Record<string, unknown>

export function previewOf(type: string, content: unknown, template: unknown): string | null {
  const found = wordsOf(type, content, template)
  return found === undefined ? null : cut(found.replace(/\s+/g, ' ').trim())
}

function wordsOf(type: string, content: unknown, template: unknown): string | undefined {
  const body = partOf(content)
  if (type === 'template') return textOf(partOf(template).name) ?? textOf(body.name)
  if (type === 'contacts') {
    const [card] = Array.isArray(content) ? content : []
    return textOf(partOf(partOf(card).name).formatted_name)
  }
  if (type === 'interactive') return interactiveWords(body)
  const [first] = ['body', 'caption', 'text', 'emoji', 'filename', 'name', 'address'].flatMap(
    name => textOf(body[name]) ?? [],
  )
  return first
}

/** What was asked (outbound), or chosen (inbound). */
function interactiveWords(body: Part): string | undefined {
  const asked = textOf(partOf(body.body).text)
  const replies = ['button_reply', 'list_reply'].flatMap(name => textOf(partOf(body[name]).title) ?? [])
  return asked ?? replies[0] ?? textOf(partOf(body.nfm_reply).body)
}

function cut(text: string): string {
  const letters = [...text]
  return letters.length > MOST ? `${letters.slice(0, MOST - 1).join('')}…` : text
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function partOf(value: unknown): Part {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Part) : {}
}
