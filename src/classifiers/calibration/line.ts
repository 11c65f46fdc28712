/** Logistic regression on one input by Newton's method: `sigmoid(a * x + b)`. */

/** How strongly `a` is held at 1 and `b` at 0, as the inverse of a variance. Without `a` there is no slope: it is 0. */
export type Prior = { a?: number; b: number }

/** The fitted line, and how much it may be off: the variances of `a` and `b`, and their covariance. */
export type Line = { a: number; b: number; varA: number; varB: number; cov: number }

/** Fits the line to outcomes `t` (0 to 1); a row counts `weight` times. */
export function fitLine(rows: { x: number; t: number; weight?: number }[], prior: Prior): Line {
  const slope = prior.a !== undefined
  const ridge = { a: prior.a ?? 0, b: prior.b }
  const start = slope ? 1 : 0
  let a = start
  let b = 0
  const loss = (a: number, b: number) =>
    rows.reduce((sum, { x, t, weight = 1 }) => sum + weight * (softplus(a * x + b) - t * (a * x + b)), 0) +
    (ridge.a / 2) * (a - start) ** 2 +
    (ridge.b / 2) * b ** 2
  const bend = () => {
    let haa = ridge.a
    let hab = 0
    let hbb = ridge.b
    for (const { x, weight = 1 } of rows) {
      const q = sigmoid(a * x + b)
      const w = weight * q * (1 - q)
      hbb += w
      if (!slope) continue
      haa += w * x * x
      hab += w * x
    }
    return { haa, hab, hbb, det: slope ? haa * hbb - hab * hab : 0 }
  }
  let before = loss(a, b)
  for (let step = 0; step < 100; step++) {
    let ga = ridge.a * (a - start)
    let gb = ridge.b * b
    for (const { x, t, weight = 1 } of rows) {
      const error = weight * (sigmoid(a * x + b) - t)
      gb += error
      if (slope) ga += error * x
    }
    const { haa, hab, hbb, det } = bend()
    const da = slope ? (hbb * ga - hab * gb) / det : 0
    const db = slope ? (haa * gb - hab * ga) / det : gb / hbb
    let size = 1
    while (size > 1e-6 && loss(a - size * da, b - size * db) > before) size /= 2
    a -= size * da
    b -= size * db
    const after = loss(a, b)
    if (before - after < 1e-10) break
    before = after
  }
  const { haa, hab, hbb, det } = bend()
  return slope ? { a, b, varA: hbb / det, varB: haa / det, cov: -hab / det } : { a, b, varA: 0, varB: 1 / hbb, cov: 0 }
}

export const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
const softplus = (x: number) => (x > 30 ? x : Math.log1p(Math.exp(x)))

/** Log odds, kept finite. */
export const logit = (p: number) => {
  const clamped = Math.min(Math.max(p, 1e-6), 1 - 1e-6)
  return Math.log(clamped / (1 - clamped))
}
