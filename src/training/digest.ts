import { createHash } from 'node:crypto'

/** SHA-256 over lines as they pass. WebCrypto hashes whole buffers only, and an export does not fit into one. */
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
