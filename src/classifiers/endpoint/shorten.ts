/** Shortens a ticket when the server reports that the prompt does not fit. */
import type { Prepared } from '../../contract/index.ts'
import type { ContextOverflow } from './faults.ts'
import type { Rendered } from './prompt.ts'

/** Shortens the text of a ticket to about this share (0 to 1) of its length. */
export type Shorten = (prepared: Prepared, share: number) => Prepared

/** Keeps head and tail: the first lines say what is wrong, the last lines what the person wants. */
export function cut(prepared: Prepared, share: number): Prepared {
  const room = Math.floor(prepared.text.length * share)
  const head = Math.ceil(room * 0.7)
  const tail = room - head
  // a placeholder must not be cut in half
  const first = prepared.text.slice(0, head).replace(/<[A-Z\d_]*$/, '')
  const last = (tail > 0 ? prepared.text.slice(-tail) : '').replace(/^[A-Z\d_]*>/, '')
  const text = `${first} … ${last}`.toWellFormed()
  const dropped = { what: 'context', characters: prepared.text.length - room }
  return { ...prepared, text, dropped: [...prepared.dropped, dropped] }
}

/** The share of the text that fits, computed from the server's count of the prompt that did not fit. */
export function keepable(error: ContextOverflow, rendered: Rendered, prepared: Prepared, maxTokens: number): number {
  const { promptTokens, contextTokens } = error
  if (!promptTokens || !contextTokens) return 0.4
  const characters =
    rendered.kind === 'chat'
      ? rendered.messages.reduce((sum, message) => sum + message.content.length, 0)
      : rendered.prompt.length
  const textTokens = (promptTokens * prepared.text.length) / Math.max(1, characters)
  const excess = promptTokens + maxTokens - contextTokens
  // a tenth is left free: scripts differ in characters per token
  return Math.min(0.9, Math.max(0.05, ((textTokens - excess) / Math.max(1, textTokens)) * 0.9))
}
