// What a model said, as WhatsApp shows it: without our own tags, with WhatsApp's marks instead of Markdown's.

import type { Prompt } from './prompt.ts'

export function cleanAnswer(said: string, { tag }: Pick<Prompt, 'tag'>): string {
  const tags = new RegExp(`</?${tag}[^>]*>`, 'g')
  return said
    .replace(tags, '')
    .replaceAll(tag, '')
    .replace(/\*\*(?=\S)([^\n*]+?)\*\*/g, '*$1*')
    .replace(/^#{1,6}\s+(.+)$/gm, '*$1*')
    .replace(/\[([^\]\n]+)\]\((https?:\/\/[^\s)]+)\)/g, (_, words: string, url: string) =>
      words === url ? url : `${words} (${url})`,
    )
    .trim()
}

/** Cut off in the middle by its own limit: what follows the last whole sentence is left out. */
export function wholeSentences(text: string): string {
  const end = Math.max(...['.', '!', '?', '…', '。', '！', '？'].map(mark => text.lastIndexOf(mark)))
  return end > text.length / 2 ? text.slice(0, end + 1) : text
}

/** So many characters of the instructions in a row are no coincidence. */
const TELLING_CHARACTERS = 80

/** Whether an answer is little else than the instructions of the business, said again. */
export function repeatsPrompt(text: string, systemPrompt: string): boolean {
  const [haystack, needle] = [squeeze(text), squeeze(systemPrompt)]
  const pieces = piecesOf(needle)
  const found = pieces.filter(piece => haystack.includes(piece))
  return pieces.length > 1 && found.length >= pieces.length / 2
}

/** Whether a text that leaves for somewhere carries our marker, our tags or a long piece of the instructions. */
export function revealsPrompt(
  text: string,
  prompt: Pick<Prompt, 'tag' | 'marker'>,
  systemPrompt: string,
): boolean {
  if (text.includes(prompt.marker) || text.includes(prompt.tag)) return true
  const haystack = squeeze(text)
  return piecesOf(squeeze(systemPrompt)).some(piece => haystack.includes(piece))
}

/** They overlap by half, so that a run of one and a half times their length is found wherever it begins. */
function piecesOf(text: string): string[] {
  const pieces: string[] = []
  for (let at = 0; at + TELLING_CHARACTERS <= text.length; at += TELLING_CHARACTERS / 2) {
    pieces.push(text.slice(at, at + TELLING_CHARACTERS))
  }
  return pieces
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
