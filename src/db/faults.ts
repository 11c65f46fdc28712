/** What a failed query means. */

/** The SQLSTATE of a failed query, however deep drizzle wrapped it. */
export function sqlState(error: unknown): string | undefined {
  for (let e = error as { code?: unknown; cause?: unknown } | undefined, depth = 0; e && depth < 5; depth++) {
    // An SQLSTATE has a digit: EPIPE is none.
    if (typeof e.code === 'string' && /^(?=.*\d)[0-9A-Z]{5}$/.test(e.code)) return e.code
    e = e.cause as typeof e
  }
  return undefined
}

// Connection lost, read-only after a failover, conflict between transactions, out of resources, shutting down, broken disk.
const UNAVAILABLE = /^(08|25006|40|53|57|58)/

/** Is the database unavailable, so that the same call may work later? */
export function isUnavailable(error: unknown): boolean {
  const state = sqlState(error)
  if (state) return UNAVAILABLE.test(state)
  for (
    let e = error as { code?: unknown; message?: unknown; cause?: unknown } | undefined, depth = 0;
    e && depth < 5;
    depth++
  ) {
    if (e.message === 'PGlite is closed') return true
    if (typeof e.code === 'string' && /^(CONNECT|CONNECTION|ECONN|ENOTFOUND|EPIPE|ETIMEDOUT|EAI_)/.test(e.code))
      return true
    e = e.cause as typeof e
  }
  return false
}
