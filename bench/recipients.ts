// npm run bench:recipients: a million recipients uploaded as CSV over HTTP to the whole gateway, then a preflight of them
// and their export. What counts is that it takes less than a minute, and how far the gateway's memory grows.

import { request } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { startProgram } from './channel.ts'
import { type Gateway, startGateway } from './gateway.ts'
import { cpuSeconds, residentMb, shapeOfMachine, watchMemory } from './machine.ts'
import { readOptions } from './options.ts'
import { below, keep, table, whole } from './report.ts'
import { NUMBERS } from './world.ts'

type Step = { what: string; rows: number; seconds: number; cpu_s: number; before_mb: number; peak_mb: number }

const SECONDS_BAR = 60
/** New recipients, and as many who are there already: the latter are a second upload of the same file. */
const STEPS = ['csv', 'again', 'preflight', 'export', 'delete'] as const

await main()

async function main(): Promise<void> {
  const options = readOptions()
  const rows = options.quick ? 100_000 : 1_000_000
  const meta = await startProgram('fakeMeta')
  const gateway = await startGateway(meta)
  const steps: Step[] = []
  try {
    await sleep(3_000)
    const id = await newCampaign(gateway)
    for (const what of STEPS) {
      if (what === 'csv' || options.wanted(what)) steps.push(await measure(gateway, id, what, rows))
    }
  } finally {
    await gateway.stop()
    await meta.stop()
  }
  report(steps, rows)
  process.stdout.write(`\nKept in ${await keep('recipients', { quick: options.quick, rows, steps })}\n`)
}

async function measure(
  gateway: Gateway,
  id: string,
  what: (typeof STEPS)[number],
  rows: number,
): Promise<Step> {
  process.stdout.write(`${whole(rows)} recipients: ${what} …\n`)
  const before_mb = residentMb(gateway.pid)
  const memory = watchMemory(gateway.pid)
  const [began, cpu] = [performance.now(), cpuSeconds(gateway.pid)]
  await run(gateway, id, what, rows)
  const seconds = (performance.now() - began) / 1000
  return { what, rows, seconds, cpu_s: cpuSeconds(gateway.pid) - cpu, before_mb, peak_mb: memory.stop() }
}

async function run(gateway: Gateway, id: string, what: (typeof STEPS)[number], rows: number): Promise<void> {
  const path = `/api/v1/whatsapp/campaigns/${id}`
  if (what === 'csv' || what === 'again') {
    const found = JSON.parse(await ask(gateway, 'POST', `${path}/recipients`, csv(rows)))
    const expected = what === 'csv' ? [rows, 0] : [0, rows]
    if (found.added !== expected[0] || found.duplicates !== expected[1])
      throw new Error(JSON.stringify(found))
  } else if (what === 'preflight') {
    const { recipients } = JSON.parse(await ask(gateway, 'POST', `${path}/preflight`))
    if (recipients.sendable !== rows) throw new Error(JSON.stringify(recipients))
  } else if (what === 'export') {
    const lines = Number(await ask(gateway, 'GET', `${path}/recipients.csv`))
    if (lines !== rows + 1) throw new Error(`${lines} lines were exported.`)
  } else await ask(gateway, 'DELETE', path)
}

async function newCampaign(gateway: Gateway): Promise<string> {
  const body = { name: 'Bench', template: 'hello_world', language: 'en_US', phone_number_id: NUMBERS[0] }
  const made = await ask(gateway, 'POST', '/api/v1/whatsapp/campaigns', Readable.from([JSON.stringify(body)]))
  return JSON.parse(made).id
}

function csv(rows: number): Readable {
  return Readable.from(lines(rows), { objectMode: false })
}

function* lines(rows: number): Generator<string> {
  let chunk = 'phone,first_name,order,city\n'
  for (let n = 0; n < rows; n++) {
    chunk += `+49${1_510_000_000 + n},Person ${n},ORD-${n * 7},"Berlin, Mitte"\n`
    if (chunk.length < 65_536) continue
    yield chunk
    chunk = ''
  }
  yield chunk
}

/** Answers the body; of a CSV only how many lines it has. */
async function ask(gateway: Gateway, method: string, path: string, body?: Readable): Promise<string> {
  const type = path.endsWith('/recipients') ? 'text/csv' : 'application/json'
  const sending = request(gateway.url + path, {
    method,
    headers: { authorization: `Bearer ${gateway.key}`, ...(body ? { 'content-type': type } : {}) },
  })
  const answered = new Promise<string>((resolve, reject) => {
    sending.on('error', reject).on('response', async response => {
      const isCsv = response.headers['content-type']?.startsWith('text/csv') === true
      let [text, count] = ['', 0]
      for await (const chunk of response.setEncoding('utf8')) {
        if (isCsv) count += String(chunk).split('\n').length - 1
        else text += chunk
      }
      if ((response.statusCode ?? 500) < 300) resolve(isCsv ? String(count) : text)
      else reject(new Error(`${method} ${path} was answered ${response.statusCode}: ${text}`))
    })
  })
  if (body) await Promise.all([pipeline(body, sending), answered])
  else sending.end()
  return answered
}

function report(steps: Step[], rows: number): void {
  const { cores, cpu, node } = shapeOfMachine()
  const cells = steps.map(step => [
    ...[step.what, step.seconds.toFixed(1), whole(step.rows / step.seconds), step.cpu_s.toFixed(1)],
    ...[whole(step.before_mb), whole(step.peak_mb), whole(step.peak_mb - step.before_mb)],
  ])
  const took = steps[0]?.seconds ?? 0
  process.stdout.write(
    [
      `\n${whole(rows)} recipients, ${cores} cores (${cpu}), Node ${node}`,
      table(['step', 'seconds', 'rows/s', 'CPU s', 'RSS before MB', 'peak MB', 'growth MB'], cells),
      `The upload took ${below(took, SECONDS_BAR)} seconds\n`,
    ].join('\n'),
  )
}
