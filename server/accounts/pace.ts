// How many messages a second Meta allows a number.

const STANDARD = 80
const HIGH = 1000
const COEXISTENCE = 20

export function messagesPerSecond(number: { throughput_level: string | null; coexistence: boolean }): number {
  if (number.coexistence) return COEXISTENCE
  return number.throughput_level === 'HIGH' ? HIGH : STANDARD
}
