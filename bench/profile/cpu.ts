// Reads a .cpuprofile of V8: which functions the samples of a time span fell into.

import { relative } from 'node:path'
import { table } from '../report.ts'

type Frame = { functionName: string; url: string; lineNumber: number }
type Node = { id: number; callFrame: Frame; children?: number[] }

export type Profile = { nodes: Node[]; startTime: number; samples: number[]; timeDeltas: number[] }

/** Microseconds of the monotonic clock; `units` is how many requests the time is divided by. */
export type Span = { from: number; to: number; units: number; rows: number }

export function heaviest(profile: Profile, span: Span): string {
  const self = selfTimes(profile, span)
  const nodes = new Map(profile.nodes.map(node => [node.id, node]))
  const parents = new Map(profile.nodes.flatMap(node => (node.children ?? []).map(child => [child, node.id])))
  const bySelf = new Map<string, number>()
  const byTotal = new Map<string, number>()
  const byPlace = new Map<string, number>()
  for (const [id, us] of self) {
    const frame = nodes.get(id)?.callFrame
    if (!frame) continue
    add(bySelf, nameOf(frame), us)
    add(byPlace, placeOf(frame), us)
    for (const name of lineage(id, nodes, parents)) add(byTotal, name, us)
  }
  byTotal.delete('(root)')
  const show = (title: string, times: Map<string, number>) =>
    table(
      [title, 'µs a request'],
      [...times]
        .sort(([, a], [, b]) => b - a)
        .slice(0, span.rows)
        .map(([name, us]) => [name, (us / span.units).toFixed(1)]),
    )
  return (
    show('by place', byPlace) + show('in the function itself', bySelf) + show('with what it calls', byTotal)
  )
}

function selfTimes({ startTime, samples, timeDeltas }: Profile, { from, to }: Span): Map<number, number> {
  const self = new Map<number, number>()
  let at = startTime
  for (const [n, id] of samples.entries()) {
    at += timeDeltas[n] ?? 0
    // A sample stands for the time until the next one.
    if (at >= from && at <= to) self.set(id, (self.get(id) ?? 0) + (timeDeltas[n + 1] ?? 0))
  }
  return self
}

function lineage(id: number, nodes: Map<number, Node>, parents: Map<number, number>): Set<string> {
  const names = new Set<string>()
  for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
    const frame = nodes.get(at)?.callFrame
    if (frame) names.add(nameOf(frame))
  }
  return names
}

function nameOf(frame: Frame): string {
  const { functionName, lineNumber } = frame
  return frame.url === ''
    ? functionName || '(native)'
    : `${functionName || '(anonymous)'}  ${shortUrl(frame)}:${lineNumber + 1}`
}

/** A package, or a room of the server. */
function placeOf(frame: Frame): string {
  const { url, functionName } = frame
  if (url === '') return functionName.startsWith('(') ? functionName : '(native)'
  if (url.startsWith('node:')) return url
  const path = shortUrl(frame)
  const packaged = /node_modules\/((@[^/]+\/)?[^/]+)/.exec(path)
  return packaged?.[1] ?? path
}

function shortUrl({ url }: Frame): string {
  if (!url.startsWith('file:')) return url
  return relative(process.cwd(), new URL(url).pathname)
}

function add(times: Map<string, number>, name: string, us: number): void {
  times.set(name, (times.get(name) ?? 0) + us)
}
