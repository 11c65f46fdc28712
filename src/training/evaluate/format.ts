/** Figures as text, for the terminal and the page. Pure. */
import type { Step } from './cascade.ts'
import type { Figure } from './figures.ts'

export const percent = (value: number, digits = 1) => `${(100 * value).toFixed(digits)} %`

/** For a percentage that was set, not measured: `95 %`, `99.9 %`. Not rounded. */
export const exactPercent = (value: number) => `${Number((100 * value).toFixed(6))} %`

/** `91.8 % (90.2 to 93.1)` */
export function figure({ value, low, high, n }: Figure): string {
  return n === 0 ? '–' : `${percent(value)} (${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)})`
}

/** A change in points: `+1.2 (−0.4 to +2.8)` */
export function change({ value, low, high, n }: Figure): string {
  return n === 0 ? '–' : `${signed(value)} (${signed(low)} to ${signed(high)})`
}

function signed(value: number): string {
  const points = (100 * value).toFixed(1)
  if (Number(points) === 0) return '0.0'
  return points.startsWith('-') ? `−${points.slice(1)}` : `+${points}`
}

/** For ECE and Brier, which are not shares of tickets: `0.021 (0.015 to 0.030)` */
export function threeDecimals({ value, low, high, n }: Figure): string {
  return n === 0 ? '–' : `${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`
}

/** An amount in the unit of its field: `3.2 (2.1 to 4.4)` */
export function amount({ value, low, high, n }: Figure): string {
  return n === 0 ? '–' : `${value.toFixed(1)} (${low.toFixed(1)} to ${high.toFixed(1)})`
}

/** Three decimals, or more where three would show a threshold below 1 as 1. */
export function threshold(value: number): string {
  let decimals = 3
  while (value < 1 && decimals < 12 && Number(value.toFixed(decimals)) === 1) decimals++
  return value.toFixed(decimals)
}

export function duration(ms: number): string {
  if (ms < 1) return `${Math.round(ms * 1000)} µs`
  if (ms < 10) return `${ms.toFixed(1)} ms`
  if (ms < 1000) return `${Math.round(ms)} ms`
  return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`
}

/** When the embedded classifier of a cascade may answer: `threshold 0.6 and 95 % precision` */
export function conditions({ threshold, precision }: Pick<Step, 'threshold' | 'precision'>): string {
  const parts = [
    threshold === null ? '' : `threshold ${threshold}`,
    precision === null ? '' : `${exactPercent(precision)} precision`,
  ]
  return parts.filter(Boolean).join(' and ') || 'no condition'
}

export const count = (n: number) => n.toLocaleString('en')

export const CONFIDENCE: Record<'calibrated' | 'raw' | 'mixed' | 'none', string> = {
  calibrated: 'calibrated',
  raw: 'not calibrated yet',
  mixed: 'partly calibrated',
  none: 'none given',
}

/** Short text for a cell, without characters that could control a terminal. */
export const oneLine = (text: string, most = 40) => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: labels come from a file and must not control a terminal
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g, ' ')
  return plain.length > most ? `${plain.slice(0, most - 1)}…` : plain
}
