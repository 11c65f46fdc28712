/** Less of a ticket, when the server says that the prompt does not fit. */
import type { Prepared } from '../../contract/index.ts'
import type { ContextOverflow } from './faults.ts'
import type { Rendered } from './prompt.ts'

/** A ticket whose text keeps about this share (0 to 1) of its length. */
export type Shorten = (prepared: Prepared, share: number) => Prepared

/** Head and tail: the first lines say what is wrong, the last what is wanted. */
export function cut(prepared: Prepared, share: number): Prepared {
  const room = Math.floor(prepared.text.length * share)
  const head = Math.ceil(room * 0.7)
  const tail = room - head
  // half a placeholder would be words that nobody wrote
  const first = prepared.text.slice(0, head).replace(/<[A-Z\d_]*$/, '')
  const last = (tail > 0 ? prepared.text.slice(-tail) : '').replace(/^[A-Z\d_]*>/, '')
  const text = `${first} … ${last}`.toWellFormed()
  const dropped = { what: 'context', characters: prepared.text.length - room }
  return { ...prepared, text, dropped: [...prepared.dropped, dropped] }
}

/** The share of the text that fits, by the server's own count of the prompt that did not. */
export function keepable(error: ContextOverflow, rendered: Rendered, prepared: Prepared, maxTokens: number): number {
  const { promptTokens, contextTokens } = error
  if (!promptTokens || !contextTokens) return 0.4
  const characters =
    rendered.kind === 'chat'
      ? rendered.messages.reduce((sum, message) => sum + message.content.length, 0)
      : rendered.prompt.length
  const textTokens = (promptTokens * prepared.text.length) / Math.max(1, characters)
  const excess = promptTokens + maxTokens - contextTokens
  // a tenth to spare: scripts differ in characters for a token
  return Math.min(0.9, Math.max(0.05, ((textTokens - excess) / Math.max(1, textTokens)) * 0.9))
}
