// A body that is refused while the client is still sending it: the client reads the refusal when the rest has been taken
// from it, if that is not too much.

import type { Readable } from 'node:stream'

const LONGEST_MS = 30_000

export function readOver(stream: Readable, most_bytes: number): Promise<void> {
  return new Promise(resolve => {
    let left = most_bytes
    const leave = () => {
      clearTimeout(timer)
      stream.off('data', onData).off('end', leave).off('close', leave)
      resolve()
    }
    const onData = (chunk: Buffer) => {
      left -= chunk.length
      if (left < 0) leave()
    }
    const timer = setTimeout(leave, LONGEST_MS)
    if (stream.readableEnded || stream.destroyed) leave()
    else stream.on('data', onData).on('end', leave).on('close', leave)
  })
}
