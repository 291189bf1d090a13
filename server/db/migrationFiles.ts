/** Reads a folder of migrations (0001_name.sql …) and refuses one that could be understood in two ways. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

export type Migration = {
  number: number
  file: string
  text: string
  /** False when the first line is `-- no transaction`. */
  transaction: boolean
  /** In a transaction: the whole text at once. */
  statements: string[]
}

export async function readMigrations(folder: string): Promise<Migration[]> {
  const files = (await readdir(folder)).filter(file => file.endsWith('.sql')).sort()
  const migrations = await Promise.all(files.map(file => readMigration(folder, file)))
  for (const [index, migration] of migrations.entries()) {
    const before = migrations[index - 1]
    if (before?.number === migration.number) {
      throw new Error(
        `The migrations ${before.file} and ${migration.file} have the same number: renumber one of them.`,
      )
    }
  }
  return migrations
}

async function readMigration(folder: string, file: string): Promise<Migration> {
  const number = /^(\d{4})_[a-z0-9_]+\.sql$/.exec(file)?.[1]
  if (number === undefined) {
    throw new Error(
      `${file} is not named like a migration: four digits, then _what_it_does.sql in small letters.`,
    )
  }
  const text = await readFile(join(folder, file), 'utf8')
  const transaction = !/^--\s*no transaction\s*$/m.test(text.split('\n', 1)[0] ?? '')
  const statements = transaction ? [text] : splitStatements(file, text)
  return { number: Number(number), file, text, transaction, statements }
}

/**
 * Several statements sent at once are one transaction to PostgreSQL, so without a transaction each goes alone. Split at
 * semicolons that end a line, which is right for what such files are for (indexes) and not for function bodies.
 */
function splitStatements(file: string, text: string): string[] {
  if (/\$\w*\$/.test(text)) {
    throw new Error(
      `${file} runs without a transaction and cannot hold $$ bodies: put those into a file of their own.`,
    )
  }
  return text
    .split(/;[ \t]*(?:--[^\n]*)?(?:\r?\n|$)/)
    .filter(statement => statement.replace(/--[^\n]*/g, '').trim() !== '')
}
