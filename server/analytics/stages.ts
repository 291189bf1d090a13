// The funnel: how many messages went out and how far they came.

export const STAGES = ['sent', 'delivered', 'read', 'replied', 'failed'] as const

export type Stages = Record<(typeof STAGES)[number], number>

export type Rates = { delivery_rate: number; read_rate: number; reply_rate: number }

export function stagesOf(counts: readonly { label: string; n: number }[]): Stages {
  const stages: Stages = { sent: 0, delivered: 0, read: 0, replied: 0, failed: 0 }
  for (const { label, n } of counts) if (Object.hasOwn(stages, label)) stages[label as keyof Stages] += n
  return stages
}

/** 0 where there is nothing to divide by. */
export function ratesOf({ sent, delivered, read, replied }: Stages): Rates {
  return {
    delivery_rate: ratio(delivered, sent),
    read_rate: ratio(read, delivered),
    reply_rate: ratio(replied, delivered),
  }
}

/** To four places. */
function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 10_000) / 10_000
}
