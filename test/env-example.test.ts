import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Env, readConfig } from '../src/config.ts'

const text = readFileSync(new URL('../deploy/env.example', import.meta.url), 'utf8')
const example = Object.fromEntries(
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('=') as [string, string]),
)

test('every setting is named, and nothing else', () => {
  expect(Object.keys(example).sort()).toEqual(Object.keys(Env.shape).sort())
})

test('what it says is what holds when nothing is said', () => {
  const needed = { DATABASE_URL: 'postgres://localhost/pointsman', ENCRYPTION_KEY: btoa('k'.repeat(32)) }
  expect(readConfig({ ...example, ...needed })).toEqual(readConfig({ NODE_ENV: 'production', ...needed }))
})

test('the list of endpoints that lies beside it is one', () => {
  const path = new URL('../deploy/endpoints.example.json', import.meta.url).pathname
  const { llm } = readConfig({ LLM_ENDPOINTS: path, GPU_KEY: 'sesame' })
  expect(llm?.endpoints.map(({ name, order }) => [name, order])).toEqual([
    ['gpu', 0],
    ['cpu', 1],
  ])
})

test('no secret has a value in it', () => {
  for (const name of ['ENCRYPTION_KEY', 'ADMIN_TOKEN', 'EDGE_TOKEN', 'METRICS_TOKEN', 'LLM_API_KEY', 'DATABASE_URL'])
    expect(example).toMatchObject({ [name]: '' })
})
