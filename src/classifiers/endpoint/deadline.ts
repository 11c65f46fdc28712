/**
 * One signal out of several and a time limit. Not AbortSignal.any: on Node it keeps some memory for each joined signal
 * as long as the longest-lived one lives, and the pool's own signal lives as long as the process
 * (nodejs/node#55351). Not AbortSignal.timeout: its timer does not keep the process alive.
 */
export function joinSignals(signals: AbortSignal[], limit?: { ms: number; reason: () => unknown }) {
  const controller = new AbortController()
  const listeners = signals.map((signal) => {
    const abort = () => controller.abort(signal.reason)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
    return () => signal.removeEventListener('abort', abort)
  })
  const timer = limit ? setTimeout(() => controller.abort(limit.reason()), limit.ms) : undefined
  return {
    signal: controller.signal,
    /** The time limit no longer counts; the signals do. */
    stopClock: () => clearTimeout(timer),
    [Symbol.dispose]() {
      clearTimeout(timer)
      for (const remove of listeners) remove()
    },
  }
}
