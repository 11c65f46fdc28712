import { createHash } from 'node:crypto'

/** SHA-256 and size of a stream of lines. WebCrypto hashes whole buffers only, and an export may not fit into memory. */
export function digest() {
  const hash = createHash('sha256')
  let bytes = 0
  return {
    add(line: string) {
      hash.update(line)
      bytes += Buffer.byteLength(line)
    },
    end: () => ({ sha256: hash.digest('hex'), bytes }),
  }
}
