import { useEffect, useState } from 'react'
import { api, said } from '../../api.ts'

/** Who only passes a ticket on the way to the next one does not look at it. */
const LOOKS_MS = 500
/** A claim lasts a minute. */
const RENEW_MS = 25_000

/** Claims the decision while it is looked at, and says who else had it first; null: nobody. */
export function useClaim(id: string | undefined, mayReview: boolean): string | null {
  const [other, setOther] = useState<string | null>(null)
  useEffect(() => {
    setOther(null)
    if (!id || !mayReview) return
    let isOver = false
    const claim = async () => {
      if (document.hidden) return
      // One that was settled meanwhile cannot be claimed: its story says who did that.
      const found = await said(api.decisions[':id'].claim.$post({ param: { id } })).catch(() => null)
      if (!isOver) setOther(found && !found.mine ? found.who : null)
    }
    const soon = setTimeout(claim, LOOKS_MS)
    const again = setInterval(claim, RENEW_MS)
    return () => {
      isOver = true
      clearTimeout(soon)
      clearInterval(again)
    }
  }, [id, mayReview])
  return other
}
