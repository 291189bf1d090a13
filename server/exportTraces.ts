// Spans go out over OTLP (HTTP, JSON), in batches and in the background. A collector that is away costs spans, never
// requests. What the library reads from the environment by itself (OTEL_BSP_*, OTEL_RESOURCE_ATTRIBUTES, timeouts,
// compression, certificates) it reads here too.

import { AsyncLocalStorage } from 'node:async_hooks'
import {
  type Span as ApiSpan,
  type Context,
  DiagLogLevel,
  diag,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources'
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base'
import type { Config } from './config.ts'
import type { Log } from './kit/log.ts'
import type { Span, Tracer } from './kit/trace.ts'
import type { Tracing } from './openTracing.ts'
import { version } from './version.ts'

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, consumer: SpanKind.CONSUMER } as const
const CLOSE_MS = 5_000
const COMPLAIN_MS = 60_000

export function exportTraces(url: string, config: Config, log: Log): Tracing {
  complainTo(log)
  const exporter = new OTLPTraceExporter({ url, headers: headersOf(config.OTEL_EXPORTER_OTLP_HEADERS) })
  const named = { 'service.name': config.OTEL_SERVICE_NAME, 'service.version': version }
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(detectResources({ detectors: [envDetector] }))
      .merge(resourceFromAttributes(named)),
    sampler: samplerOf(config),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  })
  return {
    tracer: openTracer(provider),
    async close() {
      const late = new Promise<void>(resolve => setTimeout(resolve, CLOSE_MS).unref())
      await Promise.race([provider.shutdown().catch(() => {}), late])
    },
  }
}

/** Which span some work belongs to is known wherever it goes on, without being handed through. */
function openTracer(provider: BasicTracerProvider): Tracer {
  const tracer = provider.getTracer('carom', version)
  const current = new AsyncLocalStorage<Context>()
  return {
    async span(name, { kind, attributes = {}, parent }, work) {
      const around = contextOf(parent) ?? current.getStore() ?? ROOT_CONTEXT
      const span = tracer.startSpan(name, { kind: KINDS[kind], attributes }, around)
      try {
        return await current.run(trace.setSpan(around, span), () => work(shown(span)))
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).name })
        throw error
      } finally {
        span.end()
      }
    },
  }
}

function shown(span: ApiSpan): Span {
  const { traceId, spanId, traceFlags } = span.spanContext()
  return {
    set: attributes => void span.setAttributes(attributes),
    fail: message => void span.setStatus({ code: SpanStatusCode.ERROR, message }),
    traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
    trace_id: traceId,
  }
}

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/

/** Undefined: none was given, or it is none of W3C's. */
function contextOf(traceparent: string | undefined): Context | undefined {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent ?? '') ?? []
  if (!traceId || !spanId || !flags || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined
  const remote: SpanContext = {
    ...{ traceId, spanId, isRemote: true },
    traceFlags: Number.parseInt(flags, 16) & 1,
  }
  return trace.setSpanContext(ROOT_CONTEXT, remote)
}

/** `key=value,key=value`, as OpenTelemetry has it. */
function headersOf(text: string | undefined): Record<string, string> {
  const pairs = (text ?? '').split(',').map(pair => pair.split(/=(.*)/s).map(part => part.trim()))
  return Object.fromEntries(
    pairs.flatMap(([name, value]) => (name && value ? [[name, decodeURIComponent(value)]] : [])),
  )
}

function samplerOf({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: ratio }: Config): Sampler {
  const roots: Record<string, Sampler> = {
    always_on: new AlwaysOnSampler(),
    always_off: new AlwaysOffSampler(),
    traceidratio: new TraceIdRatioBasedSampler(ratio),
  }
  const root = roots[name.replace('parentbased_', '')] ?? new AlwaysOnSampler()
  return name.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root
}

/** What the exporter has to say, at most once a minute: with a collector that is away it would be every batch. */
function complainTo(log: Log): void {
  let last_ms = Number.NEGATIVE_INFINITY
  const say = (message: string) => {
    if (performance.now() - last_ms < COMPLAIN_MS) return
    last_ms = performance.now()
    log.warn({ reason: String(message).slice(0, 300) }, 'Traces could not be exported')
  }
  diag.setLogger(
    { error: say, warn: say, info() {}, debug() {}, verbose() {} },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  )
}
