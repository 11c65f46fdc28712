import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readConfig } from './config.ts'
import { ConfigError } from './errors.ts'

const KEY = btoa('k'.repeat(32))
const URL = 'postgres://user:secret@db:5432/pointsman'

function faults(env: Record<string, string>): string {
  try {
    readConfig(env)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    expect((error as ConfigError).next).toContain('env.example')
    return (error as ConfigError).message
  }
  return ''
}

/** A file that LLM_ENDPOINTS can name. */
function file(content: unknown): string {
  const path = join(mkdtempSync(join(tmpdir(), 'pointsman-config-')), 'endpoints.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}
const gpu = { name: 'gpu', baseUrl: 'http://gpu:8000/v1/', model: 'triage-7' }
const cpu = { name: 'cpu', baseUrl: 'http://cpu:8080/v1', model: 'triage-7' }

describe('readConfig', () => {
  test('needs no setting at all, and an empty one counts as none', () => {
    const plain = readConfig({})
    expect(plain).toMatchObject({ port: 8080, host: '127.0.0.1', databaseUrl: null, classifier: 'embedded', llm: null })
    expect(readConfig({ PORT: '', DATABASE_URL: '', LLM_BASE_URL: '', NODE_ENV: '' })).toEqual(plain)
  })

  test('tells every fault at once, those of one variable and those of several', () => {
    const said = faults({
      NODE_ENV: 'production',
      PORT: 'http',
      WORKERS: '-1',
      ADMIN_TOKEN: 'short',
      ENCRYPTION_KEY: 'secret',
      LOG_LEVEL: 'loud',
      LLM_BASE_URL: 'https://llm.test/v1',
      EMBEDDED_IN_PRODUCTION: 'yes',
    })
    const names = 'PORT WORKERS ADMIN_TOKEN ENCRYPTION_KEY LOG_LEVEL EMBEDDED_IN_PRODUCTION DATABASE_URL LLM_MODEL'
    for (const name of names.split(' ')) expect(said).toMatch(new RegExp(`^ {2}- ${name}\\b`, 'm'))
    expect(said).toMatch(/^8 setting/)
  })

  test.each([
    ['a port that is none', { PORT: '65536' }, 'PORT'],
    ['a port with a comma', { PORT: '80,81' }, 'PORT'],
    ['a database that is no Postgres', { DATABASE_URL: 'mysql://db/x', ENCRYPTION_KEY: KEY }, 'DATABASE_URL'],
    ['a database without a key', { DATABASE_URL: URL }, 'ENCRYPTION_KEY'],
    ['a key of 16 bytes', { ENCRYPTION_KEY: btoa('k'.repeat(16)) }, 'ENCRYPTION_KEY'],
    ['a key in hex', { ENCRYPTION_KEY: 'ab'.repeat(32) }, 'ENCRYPTION_KEY'],
    ['an old key that was cut', { ENCRYPTION_KEY: `${KEY},${KEY.slice(1)}` }, 'ENCRYPTION_KEY'],
    ['a comma and nothing after it', { ENCRYPTION_KEY: `${KEY},` }, 'ENCRYPTION_KEY'],
    ['an embedded database in production', { NODE_ENV: 'production' }, 'DATABASE_URL'],
    ['a model server without a model', { LLM_BASE_URL: 'http://llm/v1' }, 'LLM_MODEL'],
    ['a model server that speaks no HTTP', { LLM_BASE_URL: 'grpc://llm', LLM_MODEL: 'm' }, 'LLM_BASE_URL'],
    ['an endpoint classifier without an endpoint', { CLASSIFIER: 'endpoint' }, 'LLM_BASE_URL'],
    ['a cascade without an endpoint', { CLASSIFIER: 'cascade' }, 'LLM_BASE_URL'],
    ['a classifier that nobody knows', { CLASSIFIER: 'oracle' }, 'CLASSIFIER'],
  ])('refuses %s', (_, env, name) => {
    expect(faults(env)).toMatch(new RegExp(`^1 setting.*\\n {2}- ${name}\\b.*: \\w`))
  })

  test('reads several model endpoints, each with its prompt format, its place and its key', () => {
    const path = file([
      {
        ...gpu,
        kind: 'vllm',
        apiKeyEnv: 'GPU_KEY',
        weight: 3,
        concurrency: 16,
        format: { kind: 'chat', answer: 'codes' },
      },
      { ...cpu, order: 1, timeoutMs: 40_000, extra: { cache_prompt: true } },
    ])
    const { llm, classifier } = readConfig({ LLM_ENDPOINTS: path, GPU_KEY: 'sesame', LLM_TIMEOUT_MS: '50000' })
    expect(classifier).toBe('endpoint')
    expect(llm).toMatchObject({
      deadlineMs: 50_000,
      endpoints: [
        // one that hangs leaves the other time to answer
        { name: 'gpu', baseUrl: 'http://gpu:8000/v1', apiKey: 'sesame', weight: 3, order: 0, timeoutMs: 25_000 },
        { name: 'cpu', order: 1, concurrency: 2, timeoutMs: 40_000, extra: { cache_prompt: true } },
      ],
    })
    expect(llm!.endpoints[0]!.format).toMatchObject({ kind: 'chat', answer: 'codes', catalogue: 'names' })
    expect(llm!.endpoints[0]).not.toHaveProperty('apiKeyEnv')
  })

  const lora = (id: number) => ({ lora: [{ id, scale: 1 }] })
  test.each([
    ['a file that is not there', '/nowhere/endpoints.json', 'the file cannot be read (ENOENT)'],
    ['a file that is no JSON', file('[{"apiKey": "secret-7391",]'), 'the file is not JSON'],
    ['no endpoint', file([]), 'the list: '],
    ['an endpoint without a model', file([{ name: 'gpu', baseUrl: 'http://gpu/v1' }]), '0.model: '],
    ['a word that nobody knows', file([{ ...gpu, wieght: 2 }]), 'wieght'],
    ['a prompt format that is none', file([{ ...gpu, format: { kind: 'chat', template: 'h2o' } }]), '0.format: '],
    ['a key that is not set', file([{ ...gpu, apiKeyEnv: 'GPU_KEY' }]), '0.apiKeyEnv: GPU_KEY is not set'],
    ['one name for two', file([gpu, gpu]), '1.name: the name gpu is used twice'],
    ['a stream', file([{ ...gpu, extra: { stream: true } }]), '0.extra.stream: is set by Pointsman'],
    ['an adapter by number on vLLM', file([{ ...gpu, kind: 'vllm', extra: lora(0) }]), '0.extra.lora: vLLM ignores'],
    [
      'two adapters behind one prompt cache',
      file([
        { ...gpu, extra: lora(0) },
        { ...gpu, name: 'house', extra: lora(1) },
      ]),
      '1.extra.lora: the prompt cache of one llama-server mixes',
    ],
  ])('refuses %s', (_, path, says) => {
    expect(faults({ LLM_ENDPOINTS: path })).toMatch(/^1 setting/)
    expect(faults({ LLM_ENDPOINTS: path })).toContain(`LLM_ENDPOINTS: `)
    expect(faults({ LLM_ENDPOINTS: path })).toContain(says)
    expect(faults({ LLM_ENDPOINTS: path })).not.toContain('secret-7391')
  })

  test('says what has no effect: a model or a key without its server', () => {
    const { unused } = readConfig({ LLM_ENDPOINTS: file([gpu]), LLM_MODEL: 'm', LLM_API_KEY: 'sesame' })
    expect(unused.map((line) => line.split(':')[0])).toEqual(['LLM_MODEL', 'LLM_API_KEY'])
    expect(unused.join()).not.toContain('sesame')
    expect(readConfig({ LLM_BASE_URL: 'http://llm/v1', LLM_MODEL: 'm', LLM_API_KEY: 'k' }).unused).toEqual([])
  })

  test('refuses one endpoint beside a list of them', () => {
    expect(faults({ LLM_ENDPOINTS: file([gpu]), LLM_BASE_URL: 'http://llm/v1', LLM_MODEL: 'm' })).toMatch(
      /^1 setting.*\n {2}- LLM_ENDPOINTS: set either/,
    )
  })

  test('takes several keys, the new one first', () => {
    const old = btoa('o'.repeat(32))
    expect(readConfig({ ENCRYPTION_KEY: `${KEY}, ${old}` }).encryptionKeys).toEqual([KEY, old])
  })

  test('lets who says so have the embedded database in production', () => {
    expect(readConfig({ NODE_ENV: 'production', EMBEDDED_IN_PRODUCTION: 'true' })).toMatchObject({ databaseUrl: null })
  })

  test('reads any environment or says what is wrong, and never repeats a secret', () => {
    const secret = 'S3cr3t-that-nobody-may-read'
    const names = ['PORT', 'DATABASE_URL', 'ENCRYPTION_KEY', 'ADMIN_TOKEN', 'LLM_BASE_URL', 'LLM_API_KEY', 'WORKERS']
    const value = fc.oneof(fc.constant(secret), fc.string(), fc.constant(`${secret},${secret}`))
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), value), (env) => {
        expect(faults(env)).not.toContain(secret)
      }),
    )
  })
})
