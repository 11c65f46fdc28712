import { Rejected } from '../errors.ts'

/** Throws Rejected 415 unless the headers announce a JSON body as it is. `header` gives a header by its lower-case name. */
export function mustBeJson(header: (name: string) => string | null | undefined): void {
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(header('content-type') ?? ''))
    throw new Rejected(415, 'The Content-Type is not JSON', {
      next: 'Send Content-Type: application/json.',
      reason: 'content-type',
    })
  mustBePlain(header('content-encoding'))
}

/** Throws Rejected 415 for a compressed body: a signature is over the bytes as they were sent, and so is our limit. */
export function mustBePlain(encoding: string | null | undefined): void {
  if (!encoding || encoding.trim().toLowerCase() === 'identity') return
  throw new Rejected(415, `The body is compressed (Content-Encoding: ${encoding.slice(0, 40)})`, {
    next: 'Send it uncompressed, without Content-Encoding.',
    reason: 'content-encoding',
  })
}
