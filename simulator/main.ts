// The simulator as a program: flags, one line with its address, and a quiet end. Started by another program over an
// IPC channel it tells that program when it is ready and when its clock moves, and ends together with it.

import { parseArgs } from 'node:util'
import { type Simulator, startSimulator } from './start.ts'

const USAGE = 'Usage: node simulator/main.ts [--port 4010] [--host 127.0.0.1] [--state FILE]'

const options = readFlags()
const simulator = await start()
console.log(`Simulator of Meta: ${simulator.url}`)
let isStopping = false

process.on('SIGINT', stop)
process.on('SIGTERM', stop)
if (process.send) {
  process.on('disconnect', stop)
  const tellClock = () => process.send?.({ clock: { offset_ms: simulator.world.clock.offset() } })
  simulator.world.clock.onMove(tellClock)
  process.send({ ready: true, url: simulator.url })
  if (simulator.world.clock.offset() !== 0) tellClock()
}

function readFlags() {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string', default: '4010' },
        host: { type: 'string', default: '127.0.0.1' },
        state: { type: 'string' },
      },
    })
    const port = Number(values.port)
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new Error('--port must be a number from 0 to 65535.')
    return { port, host: values.host, ...(values.state !== undefined && { state_file: values.state }) }
  } catch (error) {
    return fail(`${(error as Error).message}\n${USAGE}`)
  }
}

async function start(): Promise<Simulator> {
  try {
    return await startSimulator(options)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code !== 'EADDRINUSE') return fail(message)
    return fail(`Port ${options.port} is taken. Choose another with --port, or 0 for any that is free.`)
  }
}

function fail(sentence: string): never {
  console.error(sentence)
  process.exit(1)
}

function stop() {
  if (isStopping) return
  isStopping = true
  // A connection that will not close must not keep the program alive.
  setTimeout(() => process.exit(0), 2000).unref()
  void simulator.close().finally(() => process.exit(0))
}
