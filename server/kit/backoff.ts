// How long to wait before the next try: exponential, capped, with full jitter on the upper half.

/** `attempt` counts from 1. Answers between half of and the whole of min(cap, base × 2^(attempt-1)). */
export function backoffMs(attempt: number, base_ms: number, cap_ms: number): number {
  const ceiling = Math.min(cap_ms, base_ms * 2 ** Math.min(attempt - 1, 30))
  return Math.round(ceiling / 2 + (Math.random() * ceiling) / 2)
}

export function sleep(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
