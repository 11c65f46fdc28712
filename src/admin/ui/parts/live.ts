import { useQueryClient } from '@tanstack/react-query'
import { createContext, useContext, useEffect, useState } from 'react'

/** The queries that an event of the server makes stale, by the beginning of their key. */
const STALE: Record<string, string[]> = {
  'routing-map': ['map'],
  // A merge of values changes what names them too.
  taxonomy: ['taxonomy', 'rules', 'map', 'connections'],
  rules: ['rules'],
  connections: ['connections'],
  tokens: ['access'],
}

/** Is the page told what changes? */
const Live = createContext(false)
export const LiveProvider = Live.Provider
export const useIsLive = () => useContext(Live)

/**
 * One stream for the whole page. An event carries no data: it marks queries as stale, so that each view reads again what
 * it shows. A hidden page has no stream: a browser opens only six connections to a host, for all its tabs.
 */
export function useLive(): boolean {
  const client = useQueryClient()
  const [on, setOn] = useState(false)
  useEffect(() => {
    let stream: EventSource | null = null
    const readAgain = (kinds: string[]) => {
      // Reviewers who move from ticket to ticket concern the queue alone.
      const isClaim = kinds.length > 0 && kinds.every((kind) => kind === 'claims')
      if (isClaim) return void client.invalidateQueries({ queryKey: ['live', 'review'] })
      for (const key of new Set(['live', ...kinds.flatMap((kind) => STALE[kind] ?? [])]))
        void client.invalidateQueries({ queryKey: [key] })
    }
    const open = () => {
      stream = new EventSource('/api/v1/events')
      stream.onerror = () => setOn(false) // the browser tries again by itself
      stream.addEventListener('hello', () => {
        setOn(true)
        readAgain([]) // what happened before this moment
      })
      stream.addEventListener('changed', ({ data }) => readAgain(JSON.parse(data).kinds))
    }
    const close = () => {
      stream?.close()
      stream = null
    }
    const onVisibility = () => (document.hidden ? close() : (stream ?? open()))
    onVisibility()
    document.addEventListener('visibilitychange', onVisibility)
    return () => {
      document.removeEventListener('visibilitychange', onVisibility)
      close()
    }
  }, [client])
  return on
}
