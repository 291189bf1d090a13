// The kinds of files whose text can be read, and what is said of one that cannot.

export const KINDS = {
  pdf: { mime_type: 'application/pdf', name: 'a PDF' },
  docx: {
    mime_type: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    name: 'a Word document (DOCX)',
  },
  html: { mime_type: 'text/html', name: 'HTML' },
  markdown: { mime_type: 'text/markdown', name: 'Markdown' },
  text: { mime_type: 'text/plain', name: 'plain text' },
} as const

export type Kind = keyof typeof KINDS

/** 20 MB. */
export const MAX_FILE_BYTES = 20_971_520

/** Of the text inside; a book has about half a million. */
export const MAX_CHARACTERS = 2_000_000

export type Reason =
  | 'unsupported'
  | 'lying'
  | 'broken'
  | 'password'
  | 'empty'
  | 'too_long'
  | 'bomb'
  | 'too_hard'

/** Thrown by whoever reads a file, for whoever asked: the file is to blame, and `message` is a sentence about it. */
export class Unreadable extends Error {
  readonly reason: Reason

  constructor(reason: Reason, message: string) {
    super(message)
    this.name = 'Unreadable'
    this.reason = reason
  }
}
