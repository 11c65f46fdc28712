/** A model server with fixed answers, in the shape of llama-server's chat completions. */
import { HttpResponse, http } from 'msw'
import type { Labels } from '../../src/contract/index.ts'

const MODEL_URL = 'http://model.test/v1'
/** The environment with which the service asks it. */
export const MODEL_ENV = { LLM_BASE_URL: MODEL_URL, LLM_MODEL: 'triage', CLASSIFIER: 'endpoint' }

type Opinion = { says: Record<string, string | number | boolean>; confidence?: number; rivals?: Labels }
type Asked = {
  messages: { role: string; content: string }[]
  /** Raw completion instead of messages. */
  prompt?: string
  response_format: { json_schema: { schema: unknown } }
}

/** The handlers, and every request with its key. `opinion` gets the whole prompt. */
export function modelServer(
  opinion: (prompt: string, asked: Asked) => Opinion | Response | Promise<Opinion | Response>,
  url = MODEL_URL,
) {
  const asked: Asked[] = []
  const keys: (string | null)[] = []
  const answer = async ({ request }: { request: Request }) => {
    const body = (await request.json()) as Asked
    asked.push(body)
    keys.push(request.headers.get('authorization'))
    const said = await opinion(body.prompt ?? body.messages.map((message) => message.content).join('\n'), body)
    return said instanceof Response ? said : HttpResponse.json(completion(said, body.prompt !== undefined))
  }
  /** The texts sent to the server's tokeniser, which has one token for each `tokenLength` characters. */
  const counted: Record<string, unknown>[] = []
  const tokeniser = (tokenLength: number) =>
    http.post(url.replace(/\/v1$/, '/tokenize'), async ({ request }) => {
      const body = (await request.json()) as { content: string }
      counted.push(body)
      return HttpResponse.json({
        tokens: Array.from({ length: Math.ceil(body.content.length / tokenLength) }, () => 7),
      })
    })
  const handlers = [http.post(`${url}/chat/completions`, answer), http.post(`${url}/completions`, answer)] as const
  return { handler: handlers[0], handlers, asked, keys, tokeniser, counted }
}

/** Each value is one token with its confidence; another token has the rest of the probability. */
export function completion({ says, confidence = 0.95, rivals = {} }: Opinion, raw: boolean) {
  const entries = Object.entries(says)
  const tokens = entries.flatMap(([field, value], i) => {
    const text = JSON.stringify(value)
    const word = typeof value === 'string' ? text.slice(1, -1) : text
    const quote = typeof value === 'string' ? '"' : ''
    return [
      sure(`${i === 0 ? '{' : ','}${JSON.stringify(field)}:${quote}`),
      { ...token(word, confidence), top_logprobs: top(word, confidence, rivals[field]) },
      ...(quote ? [sure(quote)] : []),
    ]
  })
  const content = [...tokens, sure('}')]
  const written = content.map(({ token }) => token).join('')
  return {
    choices: [
      {
        index: 0,
        ...(raw ? { text: written } : { message: { role: 'assistant', content: written } }),
        finish_reason: 'stop',
        logprobs: { content },
      },
    ],
    usage: { prompt_tokens: 200, completion_tokens: content.length, prompt_tokens_details: { cached_tokens: 150 } },
  }
}

const token = (text: string, p: number) => ({ token: text, logprob: Math.log(p) })
const sure = (text: string) => ({ ...token(text, 1), top_logprobs: [token(text, 1)] })
const top = (word: string, p: number, rival: string | undefined) =>
  rival === undefined ? [token(word, p)] : [token(word, p), token(rival, 1 - p)]
