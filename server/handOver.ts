// A connection that the first process handed to another which died before it took it: Node keeps it open for ever, and its
// client waits in vain (cluster's round robin, seen with Node 24). Closed, the client knows at once and tries again.

import type { ChildProcess } from 'node:child_process'
import type { Worker } from 'node:cluster'

/** What cluster says to its processes and hears from them, as far as it hands over connections: not documented by Node. */
type Word = { cmd?: string; act?: string; seq?: number; ack?: number }
type Handle = { close?: () => void }

export function closeWhatIsNotTaken(worker: Worker): void {
  const child: ChildProcess = worker.process
  const handed = new Map<number, Handle>()
  const send = child.send.bind(child) as (word: Word, handle?: Handle, ...rest: unknown[]) => boolean
  const watched: typeof send = (word, handle, ...rest) => {
    if (word.act === 'newconn' && word.seq !== undefined && handle) handed.set(word.seq, handle)
    return send(word, handle, ...rest)
  }
  child.send = watched as ChildProcess['send']
  child.on('internalMessage', ({ ack }: Word) => {
    if (ack !== undefined) handed.delete(ack)
  })
  child.once('exit', () => {
    for (const handle of handed.values()) handle.close?.()
    handed.clear()
  })
}
