/** What an answer hangs on, as one name. Two tickets with the same name are the same question. */

import type { Prepared, Taxonomy } from '../../contract/index.ts'
import { sha256Hex } from '../../secrets.ts'
import type { PromptFormat } from './format.ts'
import type { Example } from './prompt.ts'

/** `model` carries the version of its prompt format. */
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

/** Letters keep their case: CAPITALS tell a model something. */
const plain = (text: string) => text.normalize('NFC').replace(/\s+/g, ' ').trim()
