import { describe, expect, test } from 'vitest'
import { type Answer, type Classifier, type LabelledTicket, TaxonomyDocument } from '../../contract/index.ts'
import { ModelError } from '../../errors.ts'
import { evaluate, html, table, taxonomyOf } from './index.ts'

const SERVICES = ['internet', 'mobile', 'billing']
const NOW = new Date('2026-03-01T12:00:00Z')

/** The text contains the answer of the classifier below and its confidence: `mobile 0.7`. */
function ticket(i: number, service: string, text: string): LabelledTicket {
  return { id: `t-${i}`, subject: '', text, language: i % 3 === 0 ? 'ru' : 'en', labels: { service, priority: 'high' } }
}

const taxonomy = taxonomyOf(SERVICES.map((service) => ({ labels: { service, priority: 'high' } })))

function reader(kind: Classifier['kind'], read: (words: string[]) => string[]): Classifier {
  return {
    kind,
    model: `${kind}-test`,
    async classify({ text }): Promise<Answer> {
      const [value = '', confidence = '1'] = read(text.split(' '))
      if (value === 'fail') throw new ModelError('busy', `answered 503 to "${text}"`, { next: 'Wait.' })
      const answer = { raw: Number(confidence), calibrated: Number(confidence), alternatives: [] }
      return {
        source: kind,
        model: `${kind}-test`,
        fields: { service: { ...answer, value }, priority: { ...answer, value: 'high' } },
        tokens: kind === 'endpoint' ? { prompt: 100, completion: 5, cached: 80 } : null,
        ms: 1,
      }
    },
  }
}

describe('one classifier', () => {
  const classifier = reader('endpoint', (words) => words)
  const rows = [
    ...Array.from({ length: 30 }, (_, i) => ticket(i, SERVICES[i % 2]!, `${SERVICES[i % 2]} 0.9`)),
    ...Array.from({ length: 6 }, (_, i) => ticket(100 + i, 'mobile', 'internet 0.4')),
    ...Array.from({ length: 4 }, (_, i) => ticket(200 + i, 'internet', 'fail')),
  ]

  test('reports what was correct, what failed, and how many tokens were used', async () => {
    const report = await evaluate(classifier, rows, taxonomy, { concurrency: 3, now: NOW })
    expect(report).toMatchObject({
      createdAt: '2026-03-01T12:00:00.000Z',
      tickets: 40,
      answered: 36,
      allRight: { value: 0.75, n: 40 },
      outsideTaxonomy: 0,
      failures: [{ fault: 'busy', n: 4, next: 'Wait.' }],
      unknownLabels: [],
      tokens: { n: 36, prompt: 3600, completion: 180, cached: 2880 },
      latency: { n: 36 },
    })
    const service = report.fields[0]!
    expect(service).toMatchObject({
      field: 'service',
      n: 40,
      answered: 36,
      accuracy: { value: 0.75, n: 40 },
      baseline: { value: 'mobile', accuracy: { value: 21 / 40 }, gain: { value: 9 / 40 } },
      confidence: { kind: 'calibrated', n: 36 },
      confusion: [
        { expected: 'mobile', value: 'internet', n: 6 },
        { expected: 'internet', value: '', n: 4 },
      ],
    })
    expect(service.coverage.map(({ threshold, share }) => [threshold, share.value])).toEqual(Array(3).fill([0.9, 0.75]))
    expect(service.ece.value).toBeCloseTo((30 * 0.1 + 6 * 0.4) / 36, 10)
    expect(service.languages.map(({ language, n }) => [language, n])).toEqual([
      ['en', 27],
      ['ru', 13],
    ])
    expect(service.mistakes[0]).toEqual({ id: 't-100', expected: 'mobile', value: 'internet', confidence: 0.4 })
  })

  test('an answer outside the taxonomy is counted, and a label outside it is reported', async () => {
    const tickets = [
      ticket(1, 'fax', 'internet 0.9'),
      ticket(2, 'internet', 'teleport 0.9'),
      ticket(3, 'mobile', 'mobile'),
    ]
    const report = await evaluate(classifier, tickets, taxonomy, { fields: ['service'] })
    expect(report.outsideTaxonomy).toBe(1)
    expect(report.unknownLabels).toEqual([{ field: 'service', value: 'fax', n: 1 }])
    expect(report.fields[0]!.accuracy).toMatchObject({ value: 1 / 3, n: 3 })
  })

  test('a field without labels is refused before the classifier is asked', async () => {
    await expect(evaluate(classifier, rows, taxonomy, { fields: ['mood'] })).rejects.toThrow('mood')
    await expect(evaluate(classifier, [{ ...rows[0]!, labels: {} }], taxonomy)).rejects.toThrow('No ticket has a label')
  })

  test('an unexpected error ends the run, and so does a signal', async () => {
    const broken: Classifier = { ...classifier, classify: () => Promise.reject(new TypeError('oops')) }
    await expect(evaluate(broken, rows, taxonomy)).rejects.toThrow('oops')
    const signal = AbortSignal.abort(new Error('stopped'))
    await expect(evaluate(classifier, rows, taxonomy, { signal })).rejects.toThrow('stopped')
  })
})

describe('the cascade', () => {
  // The text of a ticket: answer and confidence of the embedded classifier, then the answer of the endpoint.
  const cascade = {
    kind: 'cascade' as const,
    embedded: reader('embedded', (words) => words),
    endpoint: reader('endpoint', (words) => words.slice(2)),
    settings: { threshold: 0.8, thresholds: {}, precision: 0.95, precisions: {} },
  }
  const rows = [
    ...Array.from({ length: 50 }, (_, i) => ticket(i, 'internet', 'internet 0.9 internet')),
    ...Array.from({ length: 10 }, (_, i) => ticket(100 + i, 'internet', 'mobile 0.85 internet')),
    ...Array.from({ length: 35 }, (_, i) => ticket(200 + i, 'mobile', 'internet 0.5 mobile')),
    ...Array.from({ length: 5 }, (_, i) => ticket(300 + i, 'mobile', 'mobile 0.5 fail')),
  ]

  test('reports what is saved and what it costs, at other thresholds too', async () => {
    const report = await evaluate(cascade, rows, taxonomy, { concurrency: 2 })
    expect(report).toMatchObject({ tickets: 100, answered: 95, failures: [{ fault: 'busy', n: 5 }] })
    expect(report.tokens).toMatchObject({ n: 35, prompt: 3500 })
    expect(report.cascade).toMatchObject({
      threshold: 0.8,
      callsSaved: { value: 0.6, n: 100 },
      accuracy: { service: { cascade: { value: 0.85 }, embedded: { value: 0.55 }, endpoint: { value: 0.95 } } },
      change: { service: { value: -0.1 } },
    })
    const saved = report.cascade!.tokensSaved!
    expect(saved.value).toBeCloseTo(1 - 35 / 95, 10)
    expect([saved.low < saved.value - 0.05, saved.high > saved.value + 0.05, saved.n]).toEqual([true, true, 95])
    const at = (threshold: number) => report.cascade?.sweep.find((step) => step.threshold === threshold)
    expect(at(0.3)?.callsSaved.value).toBe(1)
    expect(at(0.98)).toMatchObject({
      callsSaved: { value: 0 },
      tokensSaved: { value: 0 },
      change: { service: { value: 0 } },
    })
  })

  test('counts as the service would: with the precision that the embedded classifier must reach', async () => {
    // right in 93 % from 0.88 on
    const handled = Array.from({ length: 1000 }, (_, i) => ({
      confidence: 0.88,
      value: i % 100 < 7 ? 'mobile' : 'internet',
      expected: 'internet',
    }))
    const record = { handled, calibrated: true }
    const embedded: Classifier = { ...cascade.embedded, record: () => record }
    const measured = async (precision: number) => {
      const settings = { ...cascade.settings, precision }
      return (await evaluate({ ...cascade, embedded, settings }, rows, taxonomy)).cascade!
    }
    expect(await measured(0.95)).toMatchObject({ precision: 0.95, callsSaved: { value: 0 } })
    const report = await measured(0.9)
    expect(report).toMatchObject({ precision: 0.9, callsSaved: { value: 0.5 }, change: { service: { value: 0 } } })
    expect(report.precisions.map(({ precision, callsSaved }) => [precision, callsSaved.value])).toEqual([
      [0.8, 0.5],
      [0.9, 0.5],
      [0.95, 0],
      [0.98, 0],
      [0.99, 0],
    ])
  })
})

describe('the output', () => {
  const evil = '<script>alert(1)</script>&"\'\u202e\u001b[2J'
  const classifier: Classifier = {
    ...reader('embedded', () => [evil, '0.9']),
    model: evil,
  }
  const hostile = taxonomyOf([{ labels: { service: evil, priority: 'high' } }, { labels: { service: 'tv' } }])
  const rows = Array.from({ length: 12 }, (_, i) => ({
    ...ticket(i, i % 2 ? evil : 'tv', 'the secret words of a ticket'),
    id: evil,
    language: evil,
  }))

  test.each([
    ['table', table],
    ['page', html],
    ['json', JSON.stringify],
  ])('the %s contains no text of a ticket', async (_, show) => {
    expect(show(await evaluate(classifier, rows, hostile)).includes('secret words')).toBe(false)
  })

  test('text from the file does not become markup, and the page loads nothing', async () => {
    const page = html(await evaluate(classifier, rows, hostile))
    const found = /<script|\u202e|javascript:|<link|<img|@import|url\(| on\w+=| src=/i.exec(page)
    expect(found?.[0]).toBeUndefined()
    expect(page.includes('\u001b')).toBe(false)
    expect(page.includes('&lt;script&gt;alert(1)&lt;/script&gt;')).toBe(true)
    expect(page.match(/https?:\/\//g)).toBeNull()
  })

  test('text from the file does not control the terminal', async () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these characters must not be in the output
    expect(table(await evaluate(classifier, rows, hostile))).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/)
  })

  test('every plot has a description, and every table can be reached by keyboard', async () => {
    const page = html(await evaluate(classifier, rows, hostile, { now: NOW }))
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [, names] of page.matchAll(/aria-labelledby="([^"]*)"/g))
      for (const name of names!.split(' ')) expect(ids).toContain(name)
    for (const [, href] of page.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(href)
    expect(page.match(/<svg/g)!.length).toBe(page.match(/<desc/g)!.length)
    expect(page.match(/<table/g)!.length).toBe(page.match(/tabindex="0" role="region"/g)!.length)
  })
})

describe('fields without a list of values', () => {
  const open = {
    ...TaxonomyDocument.parse({
      fields: [
        { id: 'urgency', kind: 'score' },
        { id: 'refund', kind: 'number', unit: 'EUR' },
        { id: 'contract', kind: 'entity', normal: 'code' },
        { id: 'contact', kind: 'entity' },
      ],
    }),
    version: 1,
  }
  /** Gives the same answer for every ticket. */
  const fixed: Classifier = {
    kind: 'endpoint',
    model: 'fixed',
    async classify({ text }): Promise<Answer> {
      const answer = (value: string, span?: string) => ({
        ...{ value, raw: 0.9, calibrated: null, alternatives: [] },
        ...(span ? { span } : {}),
      })
      const fields = {
        urgency: answer('70'),
        refund: answer('100'),
        ...(text.includes('nothing') ? {} : { contract: answer('K123456', 'k-123 456') }),
        ...(text.includes('EMAIL') ? { contact: answer('<EMAIL_1>', '<EMAIL_1>') } : {}),
      }
      return { source: 'endpoint', model: 'fixed', fields, tokens: null, ms: 1 }
    },
  }
  const row = (id: string, text: string, labels: Record<string, string>) => ({ id, subject: '', text, labels })
  const rows = [
    row('1', 'My contract k-123 456, mail anna@example.org.', {
      ...{ urgency: '70', refund: '100.0', contract: 'K-123456', contact: 'anna@example.org' },
    }),
    row('2', 'My contract is k-123 456 too.', { urgency: '75', refund: '104', contract: 'K-999999' }),
    row('3', 'There is nothing here.', {
      urgency: '10',
      refund: '400',
      contract: 'K-111111',
      contact: 'b@example.org',
    }),
    row('4', 'A ticket without any number.', {}),
  ]

  test('scores and numbers are compared by distance, entities in their normal form', async () => {
    const report = await evaluate(fixed, rows, open, { now: NOW })
    expect(report).toMatchObject({
      outsideTaxonomy: 0,
      unknownLabels: [],
      fields: [],
      allRight: { value: 1 / 3, n: 3 },
    })
    expect(report.open).toMatchObject([
      { field: 'urgency', n: 3, exact: { value: 1 / 3 }, near: { value: 2 / 3 }, meanError: { value: 65 / 3, n: 3 } },
      { field: 'refund', n: 3, exact: { value: 1 / 3 }, near: { value: 2 / 3 }, meanError: { value: 304 / 3 } },
      {
        field: 'contract',
        n: 3,
        exact: { value: 1 / 3 },
        wrong: { value: 1 / 3 },
        missed: { value: 1 / 3 },
        invented: 1,
      },
      { field: 'contact', n: 2, exact: { value: 0.5 }, missed: { value: 0.5 }, invented: 0 },
    ])
    for (const { exact } of report.open) expect(exact.low).toBeLessThan(exact.high)
    for (const shown of [table(report), html(report), JSON.stringify(report)]) {
      expect(shown).toMatch(/urgency/)
      expect(shown).toMatch(/invented/i)
      expect(shown).not.toMatch(/example\.org|123456/)
    }
  })
})
