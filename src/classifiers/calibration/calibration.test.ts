import { expect, test } from 'vitest'
import type { Answer } from '../../contract/index.ts'
import { applyCurve, Calibration, calibrate, fitCalibration, fitCurve, type Sample } from './index.ts'

/** Repeatable numbers between 0 and 1. */
function random(seed: number) {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** An overconfident model: it reports p, and is right with probability `truth(p)`. */
function overconfident(n: number, seed: number): Sample[] {
  const next = random(seed)
  return Array.from({ length: n }, () => {
    const p = 1 - next() ** 3 * 0.8
    return { p, right: next() < truth(p) }
  })
}
const truth = (p: number) => 0.35 + 0.55 * p ** 4

function ece(samples: Sample[], confidenceOf: (p: number) => number): number {
  const bins = Array.from({ length: 10 }, () => ({ n: 0, confidence: 0, right: 0 }))
  for (const { p, right } of samples) {
    const bin = bins[Math.min(9, Math.floor(confidenceOf(p) * 10))]!
    bin.n++
    bin.confidence += confidenceOf(p)
    bin.right += right ? 1 : 0
  }
  return bins.reduce((sum, bin) => sum + Math.abs(bin.confidence - bin.right), 0) / samples.length
}

test.each([
  [0, null],
  [99, null],
  [100, 'platt'],
  [499, 'platt'],
  [500, 'isotonic'],
])('%i labelled decisions: %s', (n, kind) => {
  expect(fitCurve(overconfident(n, 1))?.kind ?? null).toBe(kind)
})

test.each([
  [200, 0.08],
  [2000, 0.03],
])('a curve from %i decisions is calibrated on other decisions', (n, limit) => {
  const curve = fitCurve(overconfident(n, 2))
  const others = overconfident(4000, 3)
  expect(ece(others, (p) => p)).toBeGreaterThan(0.12)
  expect(ece(others, (p) => applyCurve(curve, p) ?? 0)).toBeLessThan(limit)
})

test.each([200, 800])('a curve from %i decisions rises and stays between 0 and 1, never at the ends', (n) => {
  const curve = fitCurve(overconfident(n, 4))
  const grid = Array.from({ length: 201 }, (_, i) => applyCurve(curve, i / 200) ?? -1)
  for (const [i, y] of grid.entries()) {
    expect(y).toBeGreaterThan(0)
    expect(y).toBeLessThan(1)
    if (i > 0) expect(y).toBeGreaterThanOrEqual(grid[i - 1]!)
  }
})

test.each([
  ['all right', () => true],
  ['all wrong', () => false],
  ['less often right the higher the confidence', (i: number) => i % 100 < 50],
])('uninformative samples give a moderate curve: %s', (_, right) => {
  for (const n of [150, 600]) {
    const curve = fitCurve(Array.from({ length: n }, (_, i) => ({ p: 0.5 + (i % 100) / 200, right: right(i) })))
    const ends = [0.5, 0.75, 1].map((p) => applyCurve(curve, p) ?? -1)
    for (const y of ends) expect(y).toBeGreaterThan(0)
    for (const y of ends) expect(y).toBeLessThan(1)
    expect(ends[0]).toBeLessThanOrEqual(ends[2]!)
  }
})

test('a constant confidence becomes the share of right answers', () => {
  for (const n of [200, 600]) {
    const curve = fitCurve(Array.from({ length: n }, (_, i) => ({ p: 1, right: i % 4 !== 0 })))
    expect(applyCurve(curve, 1)).toBeCloseTo(0.75, 1)
  }
})

const answer: Answer = {
  source: 'endpoint',
  model: 'triage@1',
  fields: {
    service: { value: 'tv', raw: 0.95, calibrated: null, alternatives: [] },
    priority: { value: 'low', raw: 0.9, calibrated: null, alternatives: [] },
    category: { value: 'outage', raw: null, calibrated: null, alternatives: [] },
  },
  tokens: null,
  ms: 1,
}

test('an answer is calibrated only by the curves of its own model, also after a round trip through JSON', () => {
  const fitted = fitCalibration('triage@1', {
    service: overconfident(300, 5),
    category: overconfident(300, 6),
    priority: overconfident(20, 7),
  })
  const stored = Calibration.parse(JSON.parse(JSON.stringify(fitted)))
  const { fields } = calibrate(answer, stored)
  expect(fields.service?.calibrated).toBeCloseTo(truth(0.95), 1)
  // too few decisions, and no raw confidence: not calibrated yet
  expect(fields.priority?.calibrated).toBeNull()
  expect(fields.category?.calibrated).toBeNull()
  expect(calibrate({ ...answer, model: 'triage@2' }, stored).fields.service?.calibrated).toBeNull()
  expect(calibrate(answer, null)).toEqual(answer)
})
