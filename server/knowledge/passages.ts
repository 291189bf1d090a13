// A text as passages that are ready to be indexed.

import { fold } from './fold.ts'
import { split } from './split.ts'

export type IndexedPassage = {
  ord: number
  heading: string | null
  content: string
  heading_folded: string
  content_folded: string
}

export function passagesOf(text: string): IndexedPassage[] {
  return split(text).map(({ heading, content }, ord) => ({
    ...{ ord, heading, content },
    heading_folded: fold(heading ?? ''),
    content_folded: fold(content),
  }))
}
