// A recipient as it was given, whatever it was written in.

export type Given = {
  /** For people: the line of a file, or the place in a list, from 1. */
  line: number
  to: string
  /** JSON, as they are stored. */
  variables: string | null
  components: string | null
}

/** All recipients of one call, read as they are needed. */
export type Source = {
  /** Names of the variables, as far as they are known before the rows; further ones are added while these are read. */
  columns: string[]
  rows: AsyncIterable<Given>
}
