/** Everything that an answer depends on, as one key: two tickets with the same key are the same question. */
import type { Prepared, Taxonomy } from '../../contract/index.ts'
import { sha256Hex } from '../../secrets.ts'
import type { PromptFormat } from './format.ts'
import type { Example } from './prompt.ts'

/** `model` includes the version of its prompt format. */
export async function cacheKey(
  model: string,
  format: PromptFormat,
  taxonomy: Pick<Taxonomy, 'version'>,
  { subject, text, metadata }: Pick<Prepared, 'subject' | 'text' | 'metadata'>,
  examples: Example[],
): Promise<string> {
  const facts = format.metadata.map((name) => metadata[name] ?? '')
  const shown = examples.map((example) => [example.subject, example.text, example.labels])
  return sha256Hex(JSON.stringify([model, taxonomy.version, plain(subject), plain(text), facts, shown]))
}

/** Letters keep their case: capitals mean something to a model. */
const plain = (text: string) => text.normalize('NFC').replace(/\s+/g, ' ').trim()
