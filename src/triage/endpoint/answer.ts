/** One ticket on one endpoint: ask, check, and ask once more, changed, where a change can help. */
import { ModelError } from '../../errors.ts'
import type { Answer, Prepared, Taxonomy } from '../../ticket.ts'
import type { Client, Question, Reply } from './client.ts'
import { modelFields } from './codes.ts'
import { fieldAnswers } from './confidence.ts'
import { ContextOverflow } from './faults.ts'
import { formatVersion, type PromptFormat } from './format.ts'
import { type Example, renderAnswer, renderPrompt } from './prompt.ts'
import { parseAnswer, responseFormat } from './schema.ts'
import { cut, keepable, type Shorten } from './shorten.ts'

type Ask = {
  client: Client
  format: PromptFormat
  taxonomy: Taxonomy
  prepared: Prepared
  examples: Example[]
  shorten?: Shorten
}

/** The name of a model together with how it is asked: what calibration and evaluation belong to. */
export function modelVersion(model: string, format: PromptFormat): string {
  return `${model}@${formatVersion(format)}`
}

export async function answerTicket(ask: Ask, signal: AbortSignal): Promise<Answer> {
  const { client, format, taxonomy, shorten = cut } = ask
  const started = performance.now()
  const tokens = { prompt: 0, completion: 0, cached: 0 }
  const tried = new Set<ModelError['fault']>()
  let { prepared, examples } = ask
  let maxTokens = answerTokens(format, taxonomy)
  let temperature = 0

  for (;;) {
    const rendered = renderPrompt(format, taxonomy, prepared, examples)
    const question: Question = {
      rendered,
      responseFormat: responseFormat(format, taxonomy),
      maxTokens,
      temperature,
    }
    try {
      const reply = await client.ask(question, signal)
      tokens.prompt += reply.tokens.prompt
      tokens.completion += reply.tokens.completion
      tokens.cached += reply.tokens.cached
      checkFinish(reply, maxTokens)
      const labels = parseAnswer(format, taxonomy, reply.content)
      return {
        source: 'endpoint',
        model: modelVersion(client.settings.model, format),
        fields: fieldAnswers(format, taxonomy, labels, reply.logprobs),
        tokens,
        ms: Math.round((performance.now() - started) * 10) / 10,
      }
    } catch (error) {
      if (!(error instanceof ModelError)) throw error
      // a broken answer and one outside the schema have one cause, and share their second chance
      const fault = error.fault === 'schema' ? 'format' : error.fault
      if (tried.has(fault)) throw error
      tried.add(fault)
      if (error instanceof ContextOverflow) {
        examples = []
        prepared = shorten(prepared, keepable(error, rendered, prepared, maxTokens))
      } else if (fault === 'length') maxTokens *= 4
      // greedy decoding repeats itself: the same request would break in the same way
      else if (fault === 'format') temperature = 0.5
      else throw error
    }
  }
}

/** Room for the longest possible answer, as an untrained model spreads it (spaces, a token every two bytes). */
function answerTokens(format: PromptFormat, taxonomy: Taxonomy): number {
  const longest = modelFields(taxonomy).map((field) => {
    const values = field.values.map((value) => value.id)
    return [field.id, values.reduce((a, b) => (b.length > a.length ? b : a))]
  })
  return 24 + Math.ceil(renderAnswer(format, taxonomy, Object.fromEntries(longest)).length * 0.6)
}

function checkFinish({ finish, tokens }: Reply, maxTokens: number) {
  if (finish !== 'length') return
  // llama-server takes a prompt that fills its context and stops the answer where the context ends
  if (tokens.completion > 0 && tokens.completion < maxTokens)
    throw new ContextOverflow('The prompt leaves no room for the answer', {
      promptTokens: tokens.prompt + maxTokens,
      contextTokens: tokens.prompt + tokens.completion,
    })
  throw new ModelError('length', `The model's answer did not end within ${maxTokens} tokens`, {
    next: 'Check that the model was trained on this prompt format, and that the server enforces response_format.',
  })
}
