// A program, not a module: prints the browser half of the API reference, gzipped. The package carries it as one
// string of 4 MB in its own module, so it is loaded here, in a process that ends, and not in the gateway.

import { gzipSync } from 'node:zlib'
import scalar from '@scalar/fastify-api-reference'
import { fastify } from 'fastify'

const app = fastify()
await app.register(scalar, { routePrefix: '/docs', configuration: { url: '/openapi.json' } })
const reply = await app.inject('/docs/js/scalar.js')
if (reply.statusCode !== 200) throw new Error(`The reference package answered ${reply.statusCode}.`)
process.stdout.write(gzipSync(reply.rawPayload, { level: 9 }))
await app.close()
