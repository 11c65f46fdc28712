/** What of a large body is kept: enough for every id, and for the fields that say what the event is. */
const LIMITS = { depth: 12, items: 100, textBytes: 1000 }

const [QUOTE, COMMA, BACKSLASH, U] = [0x22, 0x2c, 0x5c, 0x75]
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d]

export type Shortener = {
  push(chunk: Uint8Array): void
  /** The shortened JSON; null when even that has more than `most` bytes. */
  end(): Uint8Array | null
}

/**
 * Shortens JSON while it passes by, in constant memory: long texts are cut, long lists end early, and what is nested
 * deep is emptied. Valid JSON stays valid. The beginning alone would not do: the id may stand behind a description of
 * any length.
 */
export function openShortener(most: number): Shortener {
  const out = new Uint8Array(most)
  let size = 0
  let depth = 0
  /** The depth of the list or object whose rest is left out; 0: nothing is left out. */
  let leftOut = 0
  /** By depth: how many items the open list has so far; -1 for an object. */
  const items: number[] = []
  const text = { open: false, bytes: 0, cut: false, afterBackslash: false, hexDigits: 0 }

  const keep = (byte: number) => {
    if (leftOut > 0) return
    if (size < most) out[size] = byte
    size++
  }

  function inText(byte: number) {
    if (text.afterBackslash) {
      text.afterBackslash = false
      text.hexDigits = byte === U ? 4 : 0
    } else if (text.hexDigits > 0) text.hexDigits--
    else if (byte === QUOTE) {
      text.open = false
      return keep(byte)
    } else {
      // Cut between two characters: not inside of an escape or of the bytes of one character.
      if (text.bytes >= LIMITS.textBytes && (byte & 0xc0) !== 0x80) text.cut = true
      text.afterBackslash = byte === BACKSLASH
    }
    text.bytes++
    if (!text.cut) keep(byte)
  }

  function outside(byte: number) {
    if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      keep(byte)
      depth++
      if (leftOut > 0) return
      items[depth] = byte === OPEN_LIST ? 1 : -1
      if (depth > LIMITS.depth) leftOut = depth
      return
    }
    if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
      if (leftOut === depth) leftOut = 0
      depth--
    } else if (byte === COMMA && leftOut === 0) {
      const count = items[depth] ?? -1
      if (count >= LIMITS.items) leftOut = depth
      else if (count > 0) items[depth] = count + 1
    } else if (byte === QUOTE) Object.assign(text, { open: true, bytes: 0, cut: false })
    keep(byte)
  }

  return {
    push(chunk) {
      for (const byte of chunk) text.open ? inText(byte) : outside(byte)
    },
    end: () => (size <= most ? out.slice(0, size) : null),
  }
}
