// The table of commands. Each is loaded when it is called.

import type { Command, Entries, Entry } from './command.ts'

const load = (about: string, from: () => Promise<{ command: Command }>): Entry => ({
  about,
  load: async () => (await from()).command,
})

export const entries: Entries = {
  serve: {
    about: 'The gateway (with its database and simulator in sandbox mode).',
    start: () => import('../server/main.ts'),
  },
  simulate: {
    about: 'The simulator of Meta alone; --port, --host, --state FILE.',
    start: () => import('../simulator/main.ts'),
  },
  doctor: load('Finds what is wrong, and says what mends it.', () => import('./doctor.ts')),
  onboard: load('Connects a WhatsApp Business Account, step by step.', () => import('./onboard.ts')),
  send: load('Sends a message, and follows what becomes of it.', () => import('./send.ts')),
  listen: load('Brings events to a program on this machine.', () => import('./listen.ts')),
  keys: load('Lists, makes, rotates and removes API keys.', () => import('./keys.ts')),
  tenants: load('Lists and makes tenants.', () => import('./tenants.ts')),
  export: load('Writes messages or one contact to a file.', () => import('./export.ts')),
  erase: load('Forgets a person, for good.', () => import('./erase.ts')),
  migrate: load('Brings the database to the schema of this version.', () => import('./migrate.ts')),
  backup: load(
    'Copies the embedded database while it runs, and proves the copy.',
    () => import('./backup.ts'),
  ),
  restore: load('Puts a backup in place.', () => import('./restore.ts')),
  rollups: load('Holds analytics against the messages, or counts them anew.', () => import('./rollups.ts')),
  'rotate-secret': load('Seals all secrets with a new key.', () => import('./rotateSecret.ts')),
  completions: load('Prints completions for bash, zsh or fish.', () => import('./completions.ts')),
  warm: { about: 'Compiles ahead, so that the first start is quick.', start: warm },
}

/** Importing is compiling; carom.js keeps the result. */
async function warm(): Promise<void> {
  await Promise.all([import('../server/start.ts'), import('../simulator/start.ts')])
}
