/** `pointsman audit verify`: is the audit log as it was written? */
import { type ChainReport, type Place, type Tx, verifyAudit } from '../db/index.ts'
import { Rejected } from '../errors.ts'

/** Walks the chain. `head` is what an earlier run printed: `<number>:<hash>`. */
export async function checkAudit(db: Tx, head?: string): Promise<ChainReport> {
  return verifyAudit(db, head === undefined ? undefined : placeOf(head))
}

function placeOf(text: string): Place {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? []
  if (seq === undefined || hash === undefined)
    throw new Rejected(422, `${text} is not the head of a chain`, {
      next: 'Give what an earlier run printed after "head": a number, a colon, and 64 digits of a hash.',
    })
  return { seq: Number(seq), hash }
}

export function formatChain({ rows, emptied, purged, head, noted, broken }: ChainReport): string {
  if (broken) {
    const row = broken.id === null ? `row ${broken.seq}` : `row ${broken.seq} (${broken.id})`
    return [
      `The chain is broken at ${row}: ${broken.why}.`,
      `The ${rows} row(s) before it hold together.`,
      '→ Somebody changed the database past Pointsman. Compare with a backup, and with what was exported.',
    ].join('\n')
  }
  const left = [
    ...(emptied > 0 ? [`${emptied} emptied by erasures`] : []),
    ...(purged > 0 ? [`${purged} before them deleted when their time was over`] : []),
  ]
  return [
    `${rows} row(s) hold together${left.length > 0 ? `; ${left.join('; ')}` : ''}.`,
    ...(noted === 'purged'
      ? ['The row of --head was deleted since, because its time was over: it was not compared.']
      : []),
    `head ${head.seq}:${head.hash}`,
  ].join('\n')
}
