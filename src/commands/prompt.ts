/** Questions on a terminal. Secrets are not shown while they are typed. */
import { createInterface } from 'node:readline/promises'
import { PassThrough, type Readable, type Writable } from 'node:stream'
import { ConfigError } from '../errors.ts'

export type Prompt = {
  say(text?: string): void
  /** The answer, or the default for an empty one; asked again until `check` accepts it (null). */
  ask(question: string, options?: { fallback?: string; check?: (answer: string) => string | null }): Promise<string>
  /** Empty only when it is `optional`. */
  secret(question: string, options?: { optional?: true; check?: (answer: string) => string | null }): Promise<string>
  choose(question: string, choices: string[], fallback?: string): Promise<string>
  confirm(question: string, fallback: boolean): Promise<boolean>
  close(): void
}

export function openPrompt(input: Readable & { isTTY?: boolean }, output: Writable): Prompt {
  // What is typed is echoed through `shown`, which is closed while a secret is typed.
  let isHidden = false
  const shown = new PassThrough({
    transform(chunk, _encoding, done) {
      if (!isHidden) output.write(chunk)
      done()
    },
  })
  const lines = createInterface({ input, output: shown, terminal: input.isTTY === true })
  const waiting: string[] = []
  const asked: { resolve: (line: string) => void; reject: (error: Error) => void }[] = []
  let isClosed = false
  const ended = () =>
    new ConfigError('The input ended before all questions were answered', {
      next: 'Run the command again on a terminal, or give everything with --input.',
    })
  // Lines may come faster than they are asked for, when they are piped in.
  lines.on('line', (line) => {
    const one = asked.shift()
    if (one) one.resolve(line)
    else waiting.push(line)
  })
  lines.on('close', () => {
    isClosed = true
    for (const one of asked.splice(0)) one.reject(ended())
  })
  lines.on('SIGINT', () => lines.close())
  const line = (): Promise<string> => {
    const next = waiting.shift()
    if (next !== undefined) return Promise.resolve(next)
    if (isClosed) return Promise.reject(ended())
    return new Promise((resolve, reject) => asked.push({ resolve, reject }))
  }
  const read = async (question: string) => {
    output.write(`${question}: `)
    return (await line()).trim()
  }
  const prompt: Prompt = {
    say: (text = '') => void output.write(`${text}\n`),
    async ask(question, { fallback, check } = {}) {
      for (;;) {
        const answer = (await read(fallback ? `${question} [${fallback}]` : question)) || (fallback ?? '')
        const fault = answer === '' ? 'Please answer.' : (check?.(answer) ?? null)
        if (fault === null) return answer
        prompt.say(`  ${fault}`)
      }
    },
    async secret(question, { optional, check } = {}) {
      for (;;) {
        output.write(`${question} (not shown): `)
        isHidden = true
        const answer = (await line().finally(() => (isHidden = false))).trim()
        output.write('\n')
        if (answer === '' && optional) return answer
        const fault = answer === '' ? 'Please answer.' : (check?.(answer) ?? null)
        if (fault === null) return answer
        prompt.say(`  ${fault}`)
      }
    },
    async choose(question, choices, fallback) {
      const check = (answer: string) => (choices.includes(answer) ? null : `Answer one of: ${choices.join(', ')}.`)
      return prompt.ask(`${question} (${choices.join(', ')})`, { fallback, check })
    },
    async confirm(question, fallback) {
      const check = (answer: string) => (/^(y|yes|n|no)$/i.test(answer) ? null : 'Answer yes or no.')
      return /^y/i.test(await prompt.ask(`${question} (yes, no)`, { fallback: fallback ? 'yes' : 'no', check }))
    },
    close: () => lines.close(),
  }
  return prompt
}
