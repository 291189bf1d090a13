// npm run bench:media: eight uploads of 95 MB at once through the whole gateway, as forms and as raw bodies, against a fake
// Meta that swallows them. What counts is how far the gateway's memory grows.

import { request } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Program, startProgram } from './channel.ts'
import { type Gateway, startGateway } from './gateway.ts'
import { cpuSeconds, residentMb, shapeOfMachine, watchMemory } from './machine.ts'
import { readOptions } from './options.ts'
import type { Uploads } from './programs/fakeMeta.ts'
import { below, keep, ms, table, whole } from './report.ts'
import { NUMBERS } from './world.ts'

type How = 'form' | 'raw'

type Round = { how: How; before_mb: number; peak_mb: number; took_ms: number; cpu_s: number }

const AT_ONCE = 8
const FILE_BYTES = 95 * 1_048_576
const GROWTH_BAR_MB = 64

let made = 0

await main()

async function main(): Promise<void> {
  const options = readOptions()
  const meta = await startProgram('fakeMeta')
  const gateway = await startGateway(meta)
  await sleep(3_000)
  const idle_mb = residentMb(gateway.pid)
  const rounds: Round[] = []
  try {
    for (let round = 0; round < options.rounds; round++) {
      for (const how of ['form', 'raw'] as const) {
        if (options.wanted(how)) rounds.push(await measure(meta, gateway, how))
      }
    }
  } finally {
    await gateway.stop()
    await meta.stop()
  }
  report(rounds, idle_mb)
  process.stdout.write(`\nKept in ${await keep('media', { quick: options.quick, idle_mb, rounds })}\n`)
}

async function measure(meta: Program, gateway: Gateway, how: How): Promise<Round> {
  process.stdout.write(`${AT_ONCE} uploads of ${FILE_BYTES / 1_048_576} MB at once, ${how} …\n`)
  await meta.ask('countUploads')
  const before_mb = residentMb(gateway.pid)
  const memory = watchMemory(gateway.pid)
  const [began, cpu] = [performance.now(), cpuSeconds(gateway.pid)]
  const ids = await Promise.all(Array.from({ length: AT_ONCE }, () => upload(gateway, how)))
  const took_ms = performance.now() - began
  const cpu_s = cpuSeconds(gateway.pid) - cpu
  const peak_mb = memory.stop()
  const { files, bytes } = await meta.ask<Uploads>('countUploads')
  if (new Set(ids).size !== AT_ONCE || files !== AT_ONCE || bytes < AT_ONCE * FILE_BYTES) {
    throw new Error(`Meta got ${files} files and ${bytes} bytes, and ${new Set(ids).size} ids were answered.`)
  }
  return { how, before_mb, peak_mb, took_ms, cpu_s }
}

/** Answers the media id. */
async function upload(gateway: Gateway, how: How): Promise<string> {
  const boundary = 'bench-boundary'
  const number = NUMBERS[0] as string
  const before =
    how === 'raw'
      ? ''
      : `--${boundary}\r\nContent-Disposition: form-data; name="phone_number_id"\r\n\r\n${number}\r\n` +
        `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="large.pdf"\r\nContent-Type: application/pdf\r\n\r\n`
  const after = how === 'raw' ? '' : `\r\n--${boundary}--\r\n`
  const sending = request(`${gateway.url}/api/v1/whatsapp/media?phone_number_id=${number}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${gateway.key}`,
      'content-type': how === 'raw' ? 'application/pdf' : `multipart/form-data; boundary=${boundary}`,
      'content-length': before.length + FILE_BYTES + after.length,
    },
  })
  const answered = new Promise<string>((resolve, reject) => {
    sending.on('error', reject).on('response', async response => {
      const text = (await Array.fromAsync(response.setEncoding('utf8'))).join('')
      if (response.statusCode === 201) resolve(JSON.parse(text).media_id)
      else reject(new Error(`An upload was answered ${response.statusCode}: ${text}`))
    })
  })
  await Promise.all([pipeline(bytes(before, after), sending), answered])
  return answered
}

/** No two files are the same: those are not sent to Meta twice. */
async function* bytes(before: string, after: string): AsyncGenerator<Buffer> {
  const chunk = Buffer.alloc(65_536, 7)
  const head = Buffer.from(`%PDF-1.7\n% ${process.pid} ${++made} ${Date.now()}\n`)
  yield Buffer.from(before)
  yield head
  let left = FILE_BYTES - head.length
  for (; left > chunk.length; left -= chunk.length) yield chunk
  yield chunk.subarray(0, left)
  yield Buffer.from(after)
}

function report(rounds: Round[], idle_mb: number): void {
  const { cores, cpu, node } = shapeOfMachine()
  const lowest = Math.min(idle_mb, ...rounds.map(round => round.before_mb))
  const highest = Math.max(...rounds.map(round => round.peak_mb))
  const rows = rounds.map(({ how, before_mb, peak_mb, took_ms, cpu_s }) => [
    ...[how, whole(before_mb), whole(peak_mb), whole(peak_mb - before_mb)],
    ...[ms(took_ms), whole((AT_ONCE * FILE_BYTES) / 1_048_576 / (took_ms / 1000)), cpu_s.toFixed(1)],
  ])
  process.stdout.write(
    [
      `\nUploads of ${FILE_BYTES / 1_048_576} MB, ${AT_ONCE} at once, ${cores} cores (${cpu}), Node ${node}`,
      table(['body', 'RSS before MB', 'peak MB', 'growth MB', 'took ms', 'MB/s', 'CPU s'], rows),
      `Idle ${whole(idle_mb)} MB, peak ${whole(highest)} MB; grows by ${below(highest - lowest, GROWTH_BAR_MB)} MB\n`,
    ].join('\n'),
  )
}
