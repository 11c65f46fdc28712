/** The text of a file, by its byte order mark or the encoding that was named. */
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { Rejected } from '../../errors.ts'

const MARKS: [bytes: number[], encoding: string][] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
]

/** The encoding that reads the file; a mark in the file goes before what was named. Throws Rejected for an unknown one. */
export async function encodingOf(path: string, named: string | undefined): Promise<string> {
  const found = await stat(path).catch(() => null)
  if (!found?.isFile())
    throw new Rejected(422, found ? `${path} is not a file` : `There is no file ${path}`, {
      next: 'Name a CSV or JSONL file.',
    })
  const start = Buffer.alloc(3)
  const file = await open(path)
  await file.read(start, 0, 3, 0).finally(() => file.close())
  const marked = MARKS.find(([bytes]) => bytes.every((byte, at) => start[at] === byte))
  if (marked) return marked[1]
  try {
    return new TextDecoder(named ?? 'utf-8').encoding
  } catch {
    throw new Rejected(422, `There is no encoding ${named}`, {
      next: 'Use for example utf-8, windows-1251, windows-1252, koi8-r, shift_jis or gbk.',
    })
  }
}

/** Pieces of text. Throws Rejected with the line where a byte does not belong to the encoding: nothing is guessed. */
export async function* textOf(path: string, encoding: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true })
  let line = 1
  const piece = (bytes?: Uint8Array) => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined })
    } catch (cause) {
      const before = bytes ? linesBefore(bytes, encoding) : 0
      throw new Rejected(422, `${path}, near line ${line + before}: the bytes are not ${encoding}`, {
        next: 'Save the file as UTF-8, or name its encoding with --encoding, such as windows-1251 or windows-1252.',
        cause,
      })
    }
  }
  for await (const bytes of createReadStream(path)) {
    const text = piece(bytes as Buffer)
    line += text.split('\n').length - 1
    yield text
  }
  yield piece()
}

/** How many lines of the piece are sound: it is tried line by line. */
function linesBefore(bytes: Uint8Array, encoding: string): number {
  const decoder = new TextDecoder(encoding)
  const text = decoder.decode(bytes)
  const at = text.indexOf('�')
  return text.slice(0, Math.max(0, at)).split('\n').length - 1
}
