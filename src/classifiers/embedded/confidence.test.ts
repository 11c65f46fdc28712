import { expect, test } from 'vitest'
import { calibrate, fitConfidence, type Judged, thresholdFor } from './confidence.ts'
import { seeded } from './random.ts'

/** Held-out tickets whose true probability of being right is known. */
function judged(n: number, chances: number[], seed = 1): Judged[] {
  const random = seeded(seed)
  return Array.from({ length: n }, (_, i) => {
    const probability = chances[i % chances.length]!
    return { probability, score: 1, unknown: 0, right: random.below(1000) < 1000 * probability }
  })
}

test('many held-out tickets give a threshold that keeps the precision', () => {
  const found = thresholdFor(fitConfidence(judged(6000, [0.6, 0.8, 0.93, 0.97, 0.99])), 0.95)
  expect(found!.share).toBeCloseTo(0.6, 2)
  expect(found!.threshold).toBeGreaterThan(0.85)
})

test('twenty lucky tickets give no threshold', () => {
  const lucky = judged(20, [0.9]).map((ticket) => ({ ...ticket, right: true }))
  expect(thresholdFor(fitConfidence(lucky), 0.95)).toBeNull()
})

test('small desks with a threshold keep the precision on average', () => {
  let applied = 0
  let right = 0
  for (let desk = 1; desk <= 200; desk++) {
    const chances = [0.55, 0.75, 0.85, 0.92, 0.97]
    const confidence = fitConfidence(judged(300, chances, desk))
    const threshold = thresholdFor(confidence, 0.95)?.threshold
    if (threshold === undefined) continue
    // the share of right answers among new tickets is known, not sampled
    for (const chance of chances) {
      if (calibrate(confidence, { probability: chance, score: 1, unknown: 0 }) < threshold) continue
      applied++
      right += chance
    }
  }
  expect(applied).toBeGreaterThan(20)
  expect(right / applied).toBeGreaterThan(0.93)
})
