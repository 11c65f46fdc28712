import { describe, expect, test } from 'vitest'
import type { LabelledTicket } from '../../contract/index.ts'
import { decode, encode, ModelFormatError, train } from './index.ts'
import { seeded } from './random.ts'
import { trainInWorker } from './train-in-worker.ts'

const SUBJECTS: Record<string, string[]> = {
  vpn: ['tunnel drops', 'gateway refuses login', 'remote access is slow', 'client cannot connect from home'],
  printer: ['paper jam on floor two', 'toner is empty', 'prints blank pages', 'queue is stuck'],
  payroll: ['payslip is missing', 'wrong overtime paid', 'bank account for salary changed', 'bonus not in payslip'],
}
const OPENINGS = ['hello', 'good morning', 'please help', 'hi team', 'urgent', 'dear desk', 'since monday', 'again']
const CLOSINGS = ['thanks', 'best regards', 'please advise', 'waiting for your answer', 'cheers']

function desk(n: number, seed = 5): LabelledTicket[] {
  const random = seeded(seed)
  const one = <T>(list: T[]) => list[random.below(list.length)]!
  return Array.from({ length: n }, (_, i) => {
    const service = one(Object.keys(SUBJECTS))
    const text = `${one(OPENINGS)} ${one(SUBJECTS[service]!)} ${one(SUBJECTS[service]!)} ${one(CLOSINGS)}`
    const floor = String(1 + random.below(2))
    return {
      id: String(i),
      subject: one(SUBJECTS[service]!),
      text,
      metadata: { floor },
      labels: { service, priority: floor === '1' ? 'high' : 'low' },
    }
  })
}

const ask = (text: string, metadata: Record<string, string> = {}) => ({ subject: '', text, metadata })
const model = train(desk(120), ['service', 'priority'])

describe('answers', () => {
  test('new tickets of a known desk get the right value in each field', () => {
    for (const ticket of desk(40, 99)) {
      const { service, priority } = model.classify(ticket)
      expect(service!.value).toBe(ticket.labels.service)
      expect(priority!.value).toBe(ticket.labels.priority)
      expect(service!.source).toBe('embedded')
    }
  })

  test('words that may be by somebody else say less', () => {
    const sure = (text: string) => model.classify(ask(text)).service!.raw!
    const own = 'tunnel drops'
    expect(model.classify(ask(`${own}\n\n> toner is empty`)).service!.value).toBe('vpn')
    expect(sure(`${own}\n\n> toner is empty`)).toBeGreaterThan(sure(`${own}\n\ntoner is empty`))
  })

  test('a form field alone can decide', () => {
    expect(model.classify(ask('hello', { floor: '1' })).priority!.value).toBe('high')
    expect(model.classify(ask('hello', { floor: '2' })).priority!.value).toBe('low')
  })

  test('answers contain only allowed values, and only fields that have one', () => {
    const answers = model.classify(ask('toner is empty'), { allowed: { service: ['vpn', 'payroll'] } })
    expect(Object.keys(answers)).toEqual(['service'])
    expect(answers.service!.value).not.toBe('printer')
    expect(answers.service!.alternatives.map(({ value }) => value)).not.toContain('printer')
    expect(model.classify(ask('toner'), { allowed: { service: ['unknown'] } })).toEqual({})
  })

  test('confidence stays between 0 and 1, for empty and odd tickets too', () => {
    for (const text of ['', '   ', '!!!', '\u0000\ud800', 'x'.repeat(100_000), '打印机坏了', 'принтер не печатает'])
      for (const answer of Object.values(model.classify(ask(text)))) {
        expect(answer.calibrated).toBeGreaterThanOrEqual(0)
        expect(answer.calibrated).toBeLessThanOrEqual(1)
        expect(Number.isFinite(answer.raw)).toBe(true)
      }
  })

  test('the model abstains from a ticket unlike any training ticket', () => {
    const { service } = model.classify(ask('zebra giraffe quantum marmalade'))
    expect(service!.outOfScope).toBeGreaterThan(0.97)
    expect(service!.abstain).toBe(true)
    expect(desk(20, 6).filter((ticket) => model.classify(ticket).service!.abstain).length).toBeLessThan(4)
  })

  test('the explanation names the words that contributed most', () => {
    const { service, priority } = model.classify(ask('hello team my payslip is missing', { floor: '1' }))
    expect(service!.because!.map(({ feature }) => feature).join(' ')).toContain('payslip')
    expect(priority!.because![0]!.feature).toBe('floor=1')
    expect(model.classify(ask('payslip'), { explain: false }).service!.because).toBeUndefined()
  })
})

describe('training', () => {
  test('the same labels give the same bytes', () => {
    const again = train(desk(120), ['service', 'priority'])
    expect(Buffer.compare(encode(again), encode(model))).toBe(0)
  })

  test('reports its progress, up to the end', () => {
    const shares: number[] = []
    train(desk(60), ['service'], { onProgress: ({ share }) => shares.push(share) })
    expect(shares.at(-1)).toBe(1)
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
  })

  test('stops when the signal aborts', () => {
    const stop = new AbortController()
    const run = () =>
      train(desk(60), ['service'], { signal: stop.signal, onProgress: () => stop.abort(new Error('enough')) })
    expect(run).toThrow('enough')
  })

  test.each([
    ['no ticket at all', []],
    ['one ticket', desk(1)],
    ['one class', desk(30).filter(({ labels }) => labels.service === 'vpn')],
    [
      'one ticket a class',
      desk(60).filter((ticket, i, all) => all.findIndex((t) => t.labels.service === ticket.labels.service) === i),
    ],
  ])('%s is enough to train', (_, tickets) => {
    const small = train(tickets, ['service'])
    const { service } = small.classify(ask('tunnel drops'))
    expect(service === undefined).toBe(tickets.length === 0)
    expect(decode(encode(small)).classify(ask('tunnel drops'))).toEqual(small.classify(ask('tunnel drops')))
  })

  test('tickets that people handled adjust the confidence from examples', () => {
    const contradicting = desk(60, 8).map((ticket, i) => ({
      ...{ ...ticket, id: `contradicting${i}` },
      // a third of the real tickets contradict their words
      labels: i % 3 ? ticket.labels : { ...ticket.labels, service: i % 2 ? 'vpn' : 'payroll' },
    }))
    const meanConfidence = (handled: boolean) => {
      const trained = train([...desk(240), ...contradicting.map((ticket) => ({ ...ticket, handled }))], ['service'])
      const confidences = desk(40, 12).map((ticket) => trained.classify(ticket).service!.calibrated!)
      return confidences.reduce((sum, confidence) => sum + confidence, 0) / confidences.length
    }
    expect(meanConfidence(true)).toBeLessThan(meanConfidence(false) - 0.05)
  })

  test('a field that only some tickets have is learnt from those tickets', () => {
    const tickets = desk(80).map((ticket, i) =>
      i % 2 ? ticket : { ...ticket, labels: { service: ticket.labels.service! } },
    )
    const { fields } = train(tickets, ['service', 'priority']).summary()
    expect(fields.map(({ values }) => values.reduce((sum, { tickets }) => sum + tickets, 0))).toEqual([80, 40])
  })

  test('training in a thread gives the same model', async () => {
    const steps: string[] = []
    const bytes = await trainInWorker(desk(120), ['service', 'priority'], {
      onProgress: ({ step }) => steps.push(step),
    })
    expect(Buffer.compare(bytes, encode(model))).toBe(0)
    expect(steps).toContain('done')
  })

  test('a training thread that is aborted rejects', async () => {
    await expect(
      trainInWorker(desk(60), ['service'], { signal: AbortSignal.abort(new Error('enough')) }),
    ).rejects.toThrow('enough')
    const stop = new AbortController()
    const running = trainInWorker(desk(2000), ['service'], {
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    })
    await expect(running).rejects.toThrow('enough')
  })
})

describe('bytes', () => {
  test('a stored model gives the same answers', () => {
    const back = decode(encode(model))
    for (const ticket of desk(20, 3)) expect(back.classify(ticket)).toEqual(model.classify(ticket))
    expect(back.summary()).toEqual(model.summary())
    expect(back.record('service')).toEqual(model.record('service'))
  })

  test('an unknown version, other data and an incomplete file are refused', () => {
    const bytes = encode(model)
    const later = bytes.slice()
    later[4] = 99
    expect(() => decode(later)).toThrow(/format 99/)
    expect(() => decode(new Uint8Array([1, 2, 3]))).toThrow(ModelFormatError)
    expect(() => decode(bytes.subarray(0, bytes.length >> 1))).toThrow(/incomplete/)
  })
})

describe('corrections', () => {
  const correction: LabelledTicket = {
    id: 'c1',
    subject: 'badge does not open the garage',
    text: 'my badge blinks red at the garage door',
    labels: { service: 'access_card' },
  }

  test('a corrected ticket and its near duplicate get the corrected value from memory', () => {
    const learner = decode(encode(model))
    learner.learn(correction)
    const { service } = learner.classify(correction)
    expect(service).toMatchObject({ value: 'access_card', source: 'memory', abstain: false })
    const copy = { subject: correction.subject, text: 'my badge blinks red at the garage door again' }
    expect(learner.classify(copy).service).toMatchObject({ value: 'access_card', source: 'memory' })
  })

  test('a new class is learnt from one ticket, for similar tickets; the answers for others stay the same', () => {
    const learner = decode(encode(model))
    learner.learn(correction)
    expect(learner.classify(ask('the garage door does not know my badge')).service!.value).toBe('access_card')
    for (const ticket of desk(20, 4)) expect(learner.classify(ticket).service!.value).toBe(ticket.labels.service)
  })

  test('form fields that are the same in every ticket teach nothing, although training never saw them', () => {
    const form = { project: 'SUP', issue_type: 'Task', channel: 'portal' }
    const learner = train(
      desk(120).map(({ metadata: _, ...ticket }) => ticket),
      ['service'],
    )
    const others = desk(20, 4).map((ticket) => ({ ...ticket, metadata: form }))
    const before = others.map((ticket) => learner.classify(ticket).service!)
    for (const [i, ticket] of desk(10, 7).entries())
      learner.learn({ ...ticket, id: `c${i}`, metadata: form, labels: { service: 'payroll' } })
    for (const [i, ticket] of others.entries()) {
      const { value, source } = learner.classify({ ...ticket, text: `${ticket.text} today` }).service!
      if (source === 'embedded') expect(value).toBe(before[i]!.value)
    }
    learner.learn({ ...correction, metadata: form })
    const unlike = learner.classify(ask('toner is empty', form)).service!
    expect(unlike).toMatchObject({ value: 'printer', source: 'embedded' })
  })

  test('corrections survive storing', () => {
    const learner = decode(encode(model))
    learner.learn(correction)
    const back = decode(encode(learner))
    expect(back.summary().corrections).toBe(1)
    expect(back.classify(correction).service).toMatchObject({ value: 'access_card', source: 'memory' })
  })

  test('the memory gives only allowed values', () => {
    const learner = decode(encode(model))
    learner.learn(correction)
    const { service } = learner.classify(correction, { allowed: { service: ['vpn', 'printer'] } })
    expect(['vpn', 'printer']).toContain(service!.value)
  })

  test('the later of two corrections of a ticket applies', () => {
    const learner = decode(encode(model))
    learner.learn(correction)
    learner.learn({ ...correction, labels: { service: 'vpn' } })
    expect(learner.classify(correction).service!.value).toBe('vpn')
  })

  test('tickets that agents handled adjust the confidence', () => {
    const learner = decode(encode(model))
    const handled = desk(60, 8)
    const before = learner.classify(handled[0]!).service!.calibrated!
    learner.recalibrate(handled.map((ticket) => ({ ...ticket, labels: { service: 'payroll' } })))
    expect(learner.classify(handled[0]!).service!.calibrated!).toBeLessThan(before)
    const few = decode(encode(model))
    few.recalibrate(handled.slice(0, 3))
    expect(few.classify(handled[0]!).service!.calibrated!).toBe(before)
  })
})
