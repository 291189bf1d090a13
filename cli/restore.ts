// `carom restore`: a backup becomes a data directory.

import { resolve } from 'node:path'
import { readConfig } from '../server/config.ts'
import { proveDatabase, restore } from '../server/db/embedded/restore.ts'
import { silentLog } from '../server/kit/log.ts'
import { type Command, needWord } from './command.ts'
import { printJson, progress, say, tone } from './print.ts'

export const command: Command = {
  about:
    'Puts a backup in place. Every file is checked first; the database is then started once and read whole.',
  usage: ['FOLDER [--data-dir DIR]'],
  options: {
    'data-dir': {
      type: 'string',
      value: 'DIR',
      about: 'Where it goes (DATA_DIR; default ./data). No database may be there.',
    },
  },
  examples: ['carom restore /backups/carom-2026-11-25 --data-dir ./data'],
  async run(given) {
    const backup = resolve(needWord(given, 0, 'The folder of the backup'))
    const data_dir = resolve(given.text('data-dir') ?? readConfig(process.env).DATA_DIR)
    const bar = progress('Checking', 1)
    const manifest = await restore({ backup, data_dir, report: (done, total) => bar.at(done / total) })
    bar.end()
    const proof = await proveDatabase(data_dir, silentLog)
    if (given.flag('json'))
      return printJson({ data_dir, made_at: manifest.made_at, carom: manifest.carom, proof })
    say(
      `${tone('Restored', 'good')}  the backup of ${manifest.made_at} (Carom ${manifest.carom})  →  ${data_dir}`,
    )
    say(`${tone('Proved', 'good')}    read ${proof.rows} rows of ${proof.tables} tables`)
    say('Start it with "npm start" (and DATA_DIR, if it is not ./data).')
  },
}
