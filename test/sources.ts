// The project's source files as text, for the tests that read the house instead of running it.

import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')

/** Path below the root (with `/`, everywhere) → text. `extensions` as in `ts,tsx`. */
export function readSources(folders: readonly string[], extensions: string): Map<string, string> {
  const patterns = folders.map(folder => `${folder}/**/*.{${extensions}}`)
  const exclude = (path: string) => /(^|[\\/])(node_modules|dist|data)([\\/]|$)/.test(path)
  const paths = globSync(patterns, { cwd: ROOT, exclude }).map(path => path.replaceAll('\\', '/'))
  return new Map(paths.sort().map(path => [path, readFileSync(join(ROOT, path), 'utf8')]))
}

/** Tests and what only tests use. */
export function isTest(path: string): boolean {
  return path.startsWith('test/') || /\.(test|fixture)\.tsx?$/.test(path) || path.includes('/fixtures/')
}

export type Import = {
  /** As it is written. */
  specifier: string
  /** The path below the root that a relative import leads to. */
  target: string | undefined
  /** What stands between `import` and `from`. */
  names: string
  type_only: boolean
}

const STATIC = /^(?:import|export)\b([^'"`]*?)(?:\bfrom\s*)?['"]([^'"\n]+)['"]/gm
const DYNAMIC = /\bimport\(\s*['"]([^'"\n]+)['"]\s*\)/g

export function importsOf(path: string, text: string): Import[] {
  const named = [...text.matchAll(STATIC)].flatMap(([, between = '', specifier = '']) => {
    const names = between.replace(/^[\s\S]*\n(?:import|export)\b/, '').trim()
    const real = names === '' || /^(type\b|\*|\{|[\w$]+\s*(,|$))/.test(names)
    return real
      ? [{ specifier, target: targetOf(path, specifier), names, type_only: /^type\b/.test(names) }]
      : []
  })
  // Pages say their types in comments: `@param {import('./media.js').Medium} medium`.
  const dynamic = [...text.matchAll(DYNAMIC)].map(({ 1: specifier = '', index }) => {
    const line = text.slice(text.lastIndexOf('\n', index) + 1, index)
    const type_only = /^\s*(\/\*\*|\*)/.test(line)
    return { specifier, target: targetOf(path, specifier), names: '', type_only }
  })
  return [...named, ...dynamic]
}

function targetOf(path: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined
  return new URL(specifier, `file:///${path}`).pathname.slice(1)
}
