/**
 * Joins several signals and a time limit into one signal. AbortSignal.any is not used here: on Node it keeps memory for each
 * joined signal as long as the longest-lived one exists, and the pool's own signal exists as long as the process
 * (nodejs/node#55351). AbortSignal.timeout is not used either: its timer does not keep the process alive.
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
    /** Ends the time limit; the signals still abort. */
    stopClock: () => clearTimeout(timer),
    [Symbol.dispose]() {
      clearTimeout(timer)
      for (const remove of listeners) remove()
    },
  }
}
