// Traces, where an OTLP endpoint is set by OpenTelemetry's own names. The library is loaded only then.

import type { Config } from './config.ts'
import type { Log } from './kit/log.ts'
import { noTracer, type Tracer } from './kit/trace.ts'

export type Tracing = {
  tracer: Tracer
  /** Sends what is waiting, for some seconds at most. */
  close(): Promise<void>
}

export async function openTracing(config: Config, log: Log): Promise<Tracing> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: whole } = config
  const url = whole ?? (base === undefined ? undefined : `${base}/v1/traces`)
  if (url === undefined || config.OTEL_SDK_DISABLED) return { tracer: noTracer, close: async () => {} }
  const { exportTraces } = await import('./exportTraces.ts')
  log.info({ url }, 'Traces are exported')
  return exportTraces(url, config, log)
}
