// Knows where the simulator serves a medium, and remembers the nodes that show it: a bubble is made anew whenever its
// message changes, and a film that plays shall go on playing, and a picture is not fetched twice.

const MOST = 400
/** @type {Map<string, HTMLElement>} */
const kept = new Map()

/** The node that was made for this place before, or a new one. @param {string} key @param {() => HTMLElement} make */
export function keep(key, make) {
  const node = kept.get(key) ?? make()
  kept.delete(key)
  kept.set(key, node)
  const [oldest] = kept.keys()
  if (kept.size > MOST && oldest !== undefined) kept.delete(oldest)
  return node
}

/** The address of a medium's bytes; null for a link to elsewhere. @param {any} content */
export const urlOf = content => (content?.id ? `/_sim/media/${encodeURIComponent(content.id)}` : null)
