// The phone page: files of the folder page/, read when they are asked for, and nothing outside it.

import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { FastifyReply } from 'fastify'

const FOLDER = join(import.meta.dirname, '..', 'page')
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}

export async function servePage(path: string, reply: FastifyReply) {
  const name = path === '/' ? 'index.html' : path.slice(1)
  const type = TYPES[extname(name)]
  const isPlain = /^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/.test(name)
  const content = type !== undefined && isPlain ? await read(join(FOLDER, name)) : undefined
  reply.header('x-content-type-options', 'nosniff').header('cache-control', 'no-store')
  if (content !== undefined) return reply.type(type as string).send(content)
  reply.type('text/plain; charset=utf-8')
  if (path === '/') return reply.send('This is the simulator of Meta. Its phone page is not installed.\n')
  return reply.code(404).send('There is nothing here.\n')
}

async function read(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file)
  } catch {
    return undefined
  }
}
