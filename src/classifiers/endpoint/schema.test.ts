import { describe, expect, test } from 'vitest'
import { type Taxonomy, TaxonomyDocument } from '../../contract/index.ts'
import { ModelError } from '../../errors.ts'
import { formatVersion, PromptFormat } from './format.ts'
import { renderAnswer } from './prompt.ts'
import { answerSchema, parseAnswer, readAnswer, responseFormat } from './schema.ts'

const many = Array.from({ length: 40 }, (_, i) => ({ id: `queue_${i}` }))
const taxonomy: Taxonomy = {
  ...TaxonomyDocument.parse({
    fields: [
      { id: 'service', values: [{ id: 'internet' }, { id: 'tv' }] },
      { id: 'region', source: 'rule', values: [{ id: 'north' }] },
      { id: 'queue', values: many },
    ],
  }),
  version: 1,
}
const json = PromptFormat.parse({ kind: 'chat' })
const codes = PromptFormat.parse({ kind: 'chat', answer: 'codes' })
const faultOf = (act: () => unknown) => {
  try {
    act()
  } catch (error) {
    return error instanceof ModelError ? error.fault : error
  }
  return 'none'
}

test('the schema lists every model field, in the order of the taxonomy, with its values', () => {
  expect(JSON.stringify(responseFormat(json, { ...taxonomy, fields: taxonomy.fields.slice(0, 2) }))).toBe(
    '{"type":"json_schema","json_schema":{"name":"ticket","strict":true,"schema":{"type":"object","properties":{"service":{"type":"string","enum":["internet","tv"]}},"required":["service"],"additionalProperties":false}}}',
  )
})

test('the same taxonomy gives the same bytes', () => {
  const copy = structuredClone({ ...taxonomy, version: 9 })
  expect(JSON.stringify(answerSchema(json, copy))).toBe(JSON.stringify(answerSchema(json, taxonomy)))
})

test('codes of a long list have two letters, and every answer in the training data is accepted', () => {
  expect(answerSchema(codes, taxonomy)).toMatchObject({
    pattern: expect.stringMatching(/^\^\(A\|B\) \(AA\|AB\|.*\|BN\)\$$/),
  })
  for (const { id } of many)
    for (const format of [json, codes]) {
      const labels = { service: 'tv', queue: id }
      const answer = renderAnswer(format, taxonomy, labels)
      expect(parseAnswer(format, taxonomy, answer)).toEqual(labels)
      if (format === codes)
        expect(JSON.parse(answer)).toMatch(new RegExp(String(answerSchema(codes, taxonomy).pattern)))
    }
})

test.each([
  ['a word', json, 'internet', 'format'],
  ['cut JSON', json, '{"service":"tv","queue":"que', 'format'],
  ['an empty answer', json, '', 'format'],
  ['an unknown value', json, '{"service":"fax","queue":"queue_1"}', 'schema'],
  ['a missing field', json, '{"service":"tv"}', 'schema'],
  ['a field too many', json, '{"service":"tv","queue":"queue_1","region":"north"}', 'schema'],
  ['a prototype', json, '{"service":"tv","queue":"queue_1","__proto__":{"x":1}}', 'schema'],
  ['a list', json, '["tv","queue_1"]', 'schema'],
  ['a value in another case', json, '{"service":"TV","queue":"queue_1"}', 'schema'],
  ['an unknown code', codes, '"C AA"', 'schema'],
  ['a code too few', codes, '"A"', 'schema'],
  ['codes without quotes', codes, 'A AA', 'format'],
])('%s is refused', (_, format, content, fault) => {
  expect(faultOf(() => parseAnswer(format, taxonomy, content))).toBe(fault)
})

test('whitespace between tokens is accepted, and the error message never contains the text of the model', () => {
  expect(parseAnswer(json, taxonomy, '{ "service": "tv",\n "queue": "queue_7" }')).toEqual({
    service: 'tv',
    queue: 'queue_7',
  })
  expect(() => parseAnswer(json, taxonomy, '{"service":"my PIN is 1234","queue":"queue_1"}')).toThrow(
    /^The model's answer is outside the taxonomy: service \(invalid_value\)$/,
  )
})

describe('a rationale', () => {
  const why = PromptFormat.parse({ kind: 'chat', rationale: 60 })
  const answer = { service: 'tv', queue: 'queue_7' }

  test('comes first, is limited, and is optional', () => {
    const schema = answerSchema(why, taxonomy)
    expect(Object.entries(schema.properties as object)[0]).toEqual(['rationale', { type: 'string', maxLength: 60 }])
    expect(schema.required).toEqual(['service', 'queue'])
    expect(readAnswer(why, taxonomy, JSON.stringify(answer))).toEqual({ labels: answer, refused: {} })
    const long = readAnswer(why, taxonomy, JSON.stringify({ rationale: 'so'.repeat(99), ...answer }))
    expect(long).toEqual({ labels: answer, refused: {}, rationale: 'so'.repeat(30) })
  })

  test('is neither requested nor accepted without the option, with codes, or with a field of that name', () => {
    const answerWithRationale = JSON.stringify({ rationale: 'because', ...answer })
    expect(faultOf(() => readAnswer(json, taxonomy, answerWithRationale))).toBe('schema')
    expect(answerSchema({ ...codes, rationale: 60 }, taxonomy)).toEqual(answerSchema(codes, taxonomy))
    const own = TaxonomyDocument.parse({ fields: [{ id: 'rationale', values: [{ id: 'cost' }, { id: 'time' }] }] })
    expect(answerSchema(why, { ...own, version: 1 })).toEqual(answerSchema(json, { ...own, version: 1 }))
  })

  test('changes the name of the format; without it the name stays the same', () => {
    expect(formatVersion(why)).not.toBe(formatVersion(json))
    expect(formatVersion(PromptFormat.parse({ kind: 'chat' }))).toBe(formatVersion(json))
  })
})
