/**
 * How the embedded PostgreSQL is tuned: a small machine it shares with Carom, tables that are queues, and nothing that
 * trades durability (fsync, synchronous_commit and full_page_writes keep their defaults, which are on).
 */

/** What one process of Carom opens at most, with room for commands beside it. */
const CONNECTIONS = { each: 30, spare: 30 }

const SETTINGS: Record<string, string> = {
  shared_buffers: '128MB',
  max_wal_size: '2GB',
  min_wal_size: '128MB',
  checkpoint_timeout: '15min',
  wal_compression: 'pglz', // lz4 is not compiled in
  random_page_cost: '1.1',
  effective_io_concurrency: '64',
  jit: 'off', // compiling costs more than our statements run
  // Queue tables turn over many times an hour: vacuum little and often.
  autovacuum_naptime: '15s',
  autovacuum_vacuum_scale_factor: '0.05',
  autovacuum_vacuum_threshold: '500',
  autovacuum_analyze_scale_factor: '0.05',
  autovacuum_vacuum_cost_limit: '1000',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C', // what it says is read by postmaster.ts
  log_line_prefix: '',
  log_min_messages: 'log', // failed statements are reported by whoever sent them
  log_checkpoints: 'off',
  logging_collector: 'off',
}

export function settingsFor(place: Record<string, string>, clients = 1): string[] {
  const max_connections = String(CONNECTIONS.spare + CONNECTIONS.each * clients)
  return Object.entries({ ...SETTINGS, max_connections, ...place }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ])
}
