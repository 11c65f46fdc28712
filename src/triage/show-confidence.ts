const FEWEST_DECIMALS = 2
const MOST_DECIMALS = 17

/**
 * Describes a confidence below its threshold, with as many decimals as are needed to tell the two apart. Neither is rounded
 * up to 1: a threshold of 0.999 is not shown as 1.00.
 */
export function describeBelow(confidence: number, threshold: number): string {
  let decimals = FEWEST_DECIMALS
  while (decimals < MOST_DECIMALS && isMisleading(confidence, threshold, decimals)) decimals++
  return `confidence ${confidence.toFixed(decimals)} is below ${threshold.toFixed(decimals)}`
}

function isMisleading(confidence: number, threshold: number, decimals: number): boolean {
  if (confidence.toFixed(decimals) === threshold.toFixed(decimals)) return true
  return [confidence, threshold].some((value) => value < 1 && Number(value.toFixed(decimals)) === 1)
}
