/** The rejected rows of a file, with the reasons: once corrected, they can be imported as they are. */
import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import type { FileKind, FileRecord } from './records.ts'

const REASON = 'rejected_because'

/** Nothing is written before the first row. */
export function openRejects(path: string, kind: FileKind) {
  const place = `${path}.rejected.${kind}`
  let rows = 0
  let file: WriteStream | null = null
  const write = async (text: string) => {
    file ??= createWriteStream(place)
    if (!file.write(`${text}\n`)) await once(file, 'drain')
  }
  return {
    rows: () => rows,
    async add({ row, line, raw, ...record }: FileRecord, reason: string): Promise<void> {
      const told = `row ${row}, line ${line}: ${reason}`
      const text = raw.replace(/\r?\n$/, '')
      if (kind === 'csv') {
        if (rows === 0 && record.head) await write(`${REASON}${record.head.delimiter}${record.head.text}`)
        await write(`"${told.replaceAll('"', '""')}"${record.head?.delimiter ?? ','}${text}`)
      } else
        await write(
          JSON.stringify('values' in record ? { [REASON]: told, ...record.values } : { [REASON]: told, line: text }),
        )
      rows++
    },
    /** The file; null: no row was rejected. */
    async end(): Promise<string | null> {
      if (!file) return null
      file.end()
      await finished(file)
      return place
    },
  }
}
