// Spans, as whoever does the work sees them: a name, a few facts, and what the work was part of. What becomes of them is
// openTracing's affair; by default nothing does.

export type Attributes = Record<string, string | number | boolean | undefined>

export type SpanOptions = {
  kind: 'server' | 'client' | 'consumer'
  attributes?: Attributes
  /** The `traceparent` of another program that this is part of. Without it: the span in which this is called, if any. */
  parent?: string | undefined
}

export type Span = {
  set(attributes: Attributes): void
  /** It did not go as it should. */
  fail(reason: string): void
  /** For the other program that is called; undefined where nobody traces. */
  readonly traceparent: string | undefined
  readonly trace_id: string | undefined
}

export type Tracer = {
  /** Ends with the work. What is thrown passes through, and marks the span as failed. */
  span<T>(name: string, options: SpanOptions, work: (span: Span) => Promise<T>): Promise<T>
}

const NO_SPAN: Span = { set() {}, fail() {}, traceparent: undefined, trace_id: undefined }

export const noTracer: Tracer = { span: (_name, _options, work) => work(NO_SPAN) }
