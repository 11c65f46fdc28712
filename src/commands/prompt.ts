/** Questions on a terminal. Secrets are not shown while they are typed. */
import { createInterface } from 'node:readline/promises'
import { PassThrough, type Readable, type Writable } from 'node:stream'
import { ConfigError } from '../errors.ts'

type Input = Readable & { isTTY?: boolean }

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

export function openPrompt(input: Input, output: Writable): Prompt {
  // What is typed is echoed through `shown`, which lets nothing through while a secret is typed.
  let isHidden = false
  const shown = new PassThrough({
    transform(chunk, _encoding, done) {
      if (!isHidden) output.write(chunk)
      done()
    },
  })
  const { line, close } = openLines(input, shown)
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
    close,
  }
  return prompt
}

/** The lines of the input, in order. They may come faster than they are asked for, when they are piped in. */
function openLines(input: Input, echo: Writable): { line(): Promise<string>; close(): void } {
  const lines = createInterface({ input, output: echo, terminal: input.isTTY === true })
  const waiting: string[] = []
  const asked: { resolve: (line: string) => void; reject: (error: Error) => void }[] = []
  let isClosed = false
  const ended = () =>
    new ConfigError('The input ended before all questions were answered', {
      next: 'Run the command again on a terminal, or give everything with --input.',
    })
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
  return {
    line() {
      const next = waiting.shift()
      if (next !== undefined) return Promise.resolve(next)
      if (isClosed) return Promise.reject(ended())
      return new Promise((resolve, reject) => asked.push({ resolve, reject }))
    },
    close: () => lines.close(),
  }
}
