import { expect, test } from 'vitest'
import { fitMixture, mix } from './mixture.ts'
import { seeded } from './random.ts'

/** Scores of three classes that are right in seven of ten cases, in any unit. */
function evidence(unit: number, rows = 400) {
  const random = seeded(3)
  const labels = Int32Array.from({ length: rows }, () => random.below(3))
  const scored = labels.map((label) => (random.next() < 0.7 ? label : random.below(3)))
  const scores = new Float32Array(rows * 3)
  for (let row = 0; row < rows; row++) scores[row * 3 + scored[row]!] = unit
  return { classes: 3, labels, scores: [scores] }
}

test.each([0.05, 1, 30])('scores in units of %f give calibrated probabilities', (unit) => {
  const { classes, labels, scores } = evidence(unit)
  const weights = fitMixture({ classes, labels, scores }, [4])
  const p = new Float64Array(classes)
  let predicted = 0
  let right = 0
  for (let row = 0; row < labels.length; row++) {
    mix(weights, scores, row * classes, p)
    const top = p.indexOf(Math.max(...p))
    predicted += p[top]! / labels.length
    if (top === labels[row]) right += 1 / labels.length
  }
  expect(Math.abs(predicted - right)).toBeLessThan(unit < 1 ? 0.35 : 0.03)
  expect(weights[0]).toBeGreaterThan(0)
})

test('a useless scorer gets hardly any weight', () => {
  const known = evidence(1)
  const random = seeded(8)
  const noise = Float32Array.from(known.scores[0]!, () => random.next())
  const [useful, useless] = fitMixture({ ...known, scores: [known.scores[0]!, noise] }, [4, 1])
  expect(useless!).toBeLessThan(useful! / 4)
})
