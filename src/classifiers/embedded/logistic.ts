/** Logistic regression on a few inputs by Newton's method. The last coefficient is the constant. */
import { solve } from './solve.ts'

export type Sample = { inputs: number[]; outcome: number; weight: number }

/** `prior`: the coefficients are pulled towards it, as strongly as `strength` tickets would. */
export function fitLogistic(samples: Sample[], prior: number[], strength: number): number[] {
  const size = prior.length
  let coefficients = prior.slice()
  let loss = lossOf(samples, coefficients, prior, strength)
  for (let round = 0; round < 30; round++) {
    const gradient = coefficients.map((c, k) => strength * (prior[k]! - c))
    const curvature = Array.from({ length: size }, (_, r) =>
      Array.from({ length: size }, (_, c) => (r === c ? strength + 1e-9 : 0)),
    )
    for (const { inputs, outcome, weight } of samples) {
      const p = logistic(coefficients, inputs)
      const slope = weight * (outcome - p)
      const bend = weight * Math.max(p * (1 - p), 1e-6)
      for (let r = 0; r < size; r++) {
        const a = r < inputs.length ? inputs[r]! : 1
        gradient[r] = gradient[r]! + slope * a
        for (let c = 0; c < size; c++)
          curvature[r]![c] = curvature[r]![c]! + bend * a * (c < inputs.length ? inputs[c]! : 1)
      }
    }
    const step = solve(curvature, gradient)
    // a full step can overshoot where the outcomes are perfectly separable: halve it until the loss decreases
    let damp = 1
    let next = coefficients
    let nextLoss = Infinity
    while (damp > 1e-4) {
      next = coefficients.map((c, k) => c + damp * step[k]!)
      nextLoss = lossOf(samples, next, prior, strength)
      if (nextLoss <= loss) break
      damp /= 2
    }
    if (!(nextLoss < loss - 1e-9)) break
    coefficients = next
    loss = nextLoss
  }
  return coefficients
}

function lossOf(samples: Sample[], coefficients: number[], prior: number[], strength: number): number {
  let loss = 0
  for (const [k, c] of coefficients.entries()) loss += (strength / 2) * (c - prior[k]!) ** 2
  for (const { inputs, outcome, weight } of samples) {
    const p = logistic(coefficients, inputs)
    loss -= weight * (outcome * Math.log(Math.max(p, 1e-12)) + (1 - outcome) * Math.log(Math.max(1 - p, 1e-12)))
  }
  return loss
}

export function logistic(coefficients: number[], inputs: number[]): number {
  let sum = coefficients[inputs.length]!
  for (let k = 0; k < inputs.length; k++) sum += coefficients[k]! * inputs[k]!
  return 1 / (1 + Math.exp(-sum))
}

/** Log odds, kept finite. */
export function logit(p: number): number {
  const q = Math.min(Math.max(p, 1e-6), 1 - 1e-6)
  return Math.log(q / (1 - q))
}
