/** A model server, OpenAI-compatible, that fails now and then. */
import type { HttpBindings } from '@hono/node-server'
import { loadUnseen } from '../../src/demo/tickets.ts'
import type { Serve } from '../support/fleet.ts'
import { completion } from '../support/model-server.ts'
import type { Chance, Tally } from './chance.ts'
import { odd } from './faulty-answers.ts'

const KINDS = [
  'error in 200',
  '404 adapter',
  '401',
  '429',
  'page',
  'hang',
  'redirect',
  'reasoning',
  'cut',
  'huge',
] as const
const SHARE = 0.15
const TRAP = '/elsewhere'

/** `trapped` counts what was sent to where a redirect points: it must stay 0. */
export async function faultyModel(faults: { on: boolean }, chance: Chance, tally: Tally) {
  const tickets = await loadUnseen()
  const draw = chance.bag(KINDS)
  const state = { trapped: 0 }
  const answer = () => completion({ says: chance.pick(tickets).labels, confidence: chance.between(0.5, 1) }, false)
  const fail = (kind: (typeof KINDS)[number], request: Request, env: HttpBindings): Response | Promise<Response> => {
    switch (kind) {
      case 'error in 200':
        return odd.json(200, { error: { message: 'EngineCore encountered an issue', code: 500 } })
      case '404 adapter':
        return odd.json(404, { error: { message: 'The model `triage` does not exist.', type: 'NotFoundError' } })
      case '401':
        return odd.json(401, { error: { message: 'Invalid API key' } })
      case '429':
        return odd.json(429, { error: { message: 'Rate limit reached' } }, odd.retryAfter(chance))
      case 'page':
        return odd.page()
      case 'hang':
        return odd.hang(request)
      case 'redirect':
        return new Response(null, { status: 302, headers: { location: new URL(TRAP, request.url).href } })
      case 'reasoning':
        return odd.json(200, inReasoning(answer()))
      case 'cut':
        return odd.cut(env)
      case 'huge':
        return odd.huge(chance)
      default:
        return kind satisfies never
    }
  }
  const handle: Serve = async (request, env) => {
    const { pathname } = new URL(request.url)
    if (pathname === TRAP) state.trapped++
    if (pathname.endsWith('/models')) return odd.json(200, { data: [{ id: 'triage' }] })
    if (!pathname.endsWith('/chat/completions')) return odd.json(404, { error: { message: 'Not found' } })
    tally.add('model request')
    if (!faults.on || !chance.happens(SHARE)) return odd.json(200, answer())
    const kind = draw()
    tally.add(`model ${kind}`)
    return fail(kind, request, env)
  }
  return { handle, state }
}

/** The answer where a server puts what it takes for thinking. */
function inReasoning({ choices: [choice], ...rest }: ReturnType<typeof completion>) {
  const content = 'message' in choice! ? choice.message.content : ''
  return { ...rest, choices: [{ ...choice, message: { role: 'assistant', content: '', reasoning_content: content } }] }
}
