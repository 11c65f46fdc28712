/** Solves `matrix x = right` for a few unknowns by Gauss elimination with pivoting; overwrites both. */
export function solve(matrix: number[][], right: number[]): number[] {
  const n = right.length
  for (let p = 0; p < n; p++) {
    let best = p
    for (let r = p + 1; r < n; r++) if (Math.abs(matrix[r]![p]!) > Math.abs(matrix[best]![p]!)) best = r
    const row = matrix[best]!
    matrix[best] = matrix[p]!
    matrix[p] = row
    const value = right[best]!
    right[best] = right[p]!
    right[p] = value
    for (let r = p + 1; r < n; r++) {
      const factor = matrix[r]![p]! / row[p]!
      if (factor === 0) continue
      for (let c = p; c < n; c++) matrix[r]![c] = matrix[r]![c]! - factor * row[c]!
      right[r] = right[r]! - factor * value
    }
  }
  for (let r = n - 1; r >= 0; r--) {
    for (let c = r + 1; c < n; c++) right[r] = right[r]! - matrix[r]![c]! * right[c]!
    right[r] = right[r]! / matrix[r]![r]!
  }
  return right
}
