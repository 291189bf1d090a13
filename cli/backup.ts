// `carom backup`: the embedded database and what belongs to it, copied while Carom runs, and proved.

import { resolve } from 'node:path'
import { readConfig } from '../server/config.ts'
import { backUp } from '../server/db/embedded/backup.ts'
import { proveBackup } from '../server/db/embedded/restore.ts'
import { silentLog } from '../server/kit/log.ts'
import { version } from '../server/version.ts'
import { type Command, needWord } from './command.ts'
import { bytes, printJson, progress, say, tone } from './print.ts'

export const command: Command = {
  about:
    'Copies the embedded database, its password, the key that seals secrets and mirrored media, while Carom runs. Then\nstarts a copy of the copy and reads every row of it. The backup holds secrets: keep it as you keep them.',
  usage: ['FOLDER [--data-dir DIR] [--no-proof]'],
  options: {
    'data-dir': { type: 'string', value: 'DIR', about: 'What to copy (DATA_DIR; default ./data).' },
    'no-proof': { type: 'boolean', about: 'Do not start the copy to prove it.' },
  },
  examples: ['carom backup /backups/carom-2026-11-25', 'carom backup /mnt/disk/carom --json'],
  async run(given) {
    const into = resolve(needWord(given, 0, 'The folder for the backup'))
    const data_dir = resolve(given.text('data-dir') ?? readConfig(process.env).DATA_DIR)
    const bar = progress('Copying', 1)
    const began_ms = performance.now()
    const made = await backUp({
      data_dir,
      into,
      carom: version,
      report: (done, total) => bar.at(done / total),
    })
    bar.end()
    const proof = given.flag('no-proof') ? null : await proveBackup(into, silentLog)
    const size = made.files.reduce((sum, file) => sum + file.size, 0)
    const seconds = Math.round((performance.now() - began_ms) / 100) / 10
    const { files, ...rest } = made
    if (given.flag('json'))
      return printJson({ folder: into, ...rest, files: files.length, bytes: size, seconds, proof })
    say(`${tone('Backed up', 'good')}  ${bytes(size)} in ${files.length} files, ${seconds} s  →  ${into}`)
    if (proof)
      say(
        `${tone('Proved', 'good')}     started from the copy; read ${proof.rows} rows of ${proof.tables} tables`,
      )
    else say(tone('Not proved: it was not started.', 'warning'))
  },
}
