// The floor plan of ARCHITECTURE.md as a check: who may import whom. Imports only go down.

import { type Import, importsOf, isTest } from './sources.ts'

/** Rooms that every room may use. They use no other room. */
const BASE = ['keys', 'idempotency', 'audit', 'events']

/** What a room stands on directly. It may use everything further down as well. A new room is added here, knowingly. */
const ROOMS: { [room: string]: readonly string[] } = {
  keys: [],
  idempotency: [],
  audit: [],
  events: [],
  health: ['inbox', 'doctor'],
  doctor: ['inbox', 'templates', 'accounts'],
  accounts: [],
  contacts: [],
  analytics: ['accounts'],
  templates: ['accounts'],
  media: ['accounts'],
  messages: ['contacts', 'templates', 'media', 'accounts', 'analytics'],
  graph: ['messages', 'media', 'templates', 'accounts'],
  conversations: ['messages', 'contacts', 'accounts'],
  consents: ['messages', 'contacts', 'accounts'],
  campaigns: ['messages', 'contacts', 'templates', 'accounts'],
  knowledge: ['media'],
  bots: ['conversations', 'messages', 'knowledge'],
  inbox: ['accounts', 'contacts', 'templates', 'messages', 'conversations', 'bots', 'campaigns'],
  retention: ['inbox', 'bots'],
  people: ['inbox', 'bots', 'campaigns'],
  sandbox: ['accounts'],
  chores: ['inbox', 'campaigns', 'bots'],
}

const SECOND_FLOOR = ['http', 'meta', 'db']

/** Every import that the plan forbids, one sentence each. `files` is path → text. */
export function floorProblems(files: ReadonlyMap<string, string>): string[] {
  const problems: string[] = []
  const graph = new Map<string, string[]>()
  for (const [path, text] of files) {
    const imports = importsOf(path, text)
    if (!isTest(path)) graph.set(path, runtimeTargets(imports))
    for (const one of imports) {
      const problem = importProblem(path, one)
      if (problem) problems.push(`${path} imports ${one.specifier}: ${problem}`)
    }
  }
  return [...problems, ...unknownRooms(files), ...cycles(graph)]
}

function importProblem(path: string, { target, specifier, names }: Import): string | undefined {
  const alone = aloneProblem(path, target)
  if (alone || isTest(path)) return alone
  if (holdsSql(specifier, target, names) && !mayHoldSql(path)) {
    return 'SQL is written in the queries.ts of a room, and nowhere else.'
  }
  if (target === undefined) return undefined
  if (isTest(target)) return 'what runs does not import what tests it.'
  const [from, to] = [placeOf(path), placeOf(target)]
  if (from === to) return undefined
  if (isQueries(target)) return `the queries of ${to} are private to it; ask one of its verbs.`
  return mayImport(from, to) ? undefined : `${from} must not know ${to}.`
}

/** The simulator and the SDK stand alone, their tests too; the console knows the SDK only. */
function aloneProblem(path: string, target: string | undefined): string | undefined {
  const [house = ''] = path.split('/')
  if (target === undefined || target.startsWith(`${house}/`)) return undefined
  if (house === 'simulator' && !isTest(path)) return 'the simulator stands alone.'
  if (house === 'simulator' && /^(server|cli|sdk)\//.test(target)) return 'the simulator stands alone.'
  if (house === 'sdk' && !isTest(path)) return 'the SDK stands alone.'
  if (house === 'console' && !target.startsWith('sdk/') && !isTest(path))
    return 'the console knows the SDK only.'
  return undefined
}

/** `kit`, `config`, `http`, `meta`, `db`, `house`, a room, `main` (what else lies in server/), `cli`, `bench`, … */
function placeOf(path: string): string {
  const [top = '', second = '', ...deeper] = path.split('/')
  if (top !== 'server') return top
  if (deeper.length > 0) return second
  if (second === 'config.ts' || second === 'house.ts') return second.replace('.ts', '')
  return 'main'
}

function mayImport(from: string, to: string): boolean {
  const ground = ['kit', 'config']
  if (from === 'kit') return false
  if (from === 'config') return to === 'kit'
  if (SECOND_FLOOR.includes(from)) return ground.includes(to)
  const below = [...ground, ...SECOND_FLOOR]
  if (from === 'house') return below.includes(to)
  if (from in ROOMS) return [...below, 'house', ...roomsBelow(from)].includes(to)
  if (from === 'main') return to !== 'cli' && to !== 'bench' && to !== 'console'
  return (from === 'cli' || from === 'bench') && to !== 'console'
}

function roomsBelow(room: string): Set<string> {
  const reached = new Set<string>(BASE.includes(room) ? [] : BASE)
  const waiting = [...(ROOMS[room] ?? [])]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (!reached.has(next)) waiting.push(...(ROOMS[next] ?? []))
    reached.add(next)
  }
  return reached
}

function isQueries(path: string): boolean {
  return /(^|\/)(queries|[a-z]\w*Queries)\.ts$/.test(path)
}

function mayHoldSql(path: string): boolean {
  return isQueries(path) || path.startsWith('server/db/') || path.startsWith('bench/')
}

function holdsSql(specifier: string, target: string | undefined, names: string): boolean {
  return specifier === 'sql-template-tag' || (target === 'server/db/sql.ts' && /\bsql\b/.test(names))
}

function unknownRooms(files: ReadonlyMap<string, string>): string[] {
  const known = new Set([...Object.keys(ROOMS), ...SECOND_FLOOR, 'kit', 'config', 'house', 'main'])
  const places = new Set([...files.keys()].filter(path => path.startsWith('server/')).map(placeOf))
  const strangers = [...places].filter(place => !known.has(place))
  return strangers.map(place => `server/${place} is not in the plan: add it to ROOMS in test/floors.ts.`)
}

function runtimeTargets(imports: Import[]): string[] {
  return imports.filter(one => !one.type_only).flatMap(one => one.target ?? [])
}

/** Files that reach themselves. Types are left out: they are gone at run time. */
function cycles(graph: ReadonlyMap<string, string[]>): string[] {
  const problems: string[] = []
  const done = new Set<string>()
  const walk = (path: string, trail: string[]): void => {
    const start = trail.indexOf(path)
    if (start >= 0) problems.push(`a cycle: ${[...trail.slice(start), path].join(' → ')}`)
    if (start >= 0 || done.has(path)) return
    for (const next of graph.get(path) ?? []) walk(next, [...trail, path])
    done.add(path)
  }
  for (const path of graph.keys()) walk(path, [])
  return problems
}
