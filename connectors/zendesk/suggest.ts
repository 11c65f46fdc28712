/** Which of many options was probably meant: a short list instead of the first twenty of five hundred. Pure. */
import { fold, type Option } from '../../src/contract/index.ts'

const SHOWN = 5

/** `wanted`: what stands in the mapping; `words`: what people call it. */
export function nearest(options: Option[], wanted: string, words: string[] = []): string {
  const asked = [wanted, ...words]
  const ranked = options
    .map((option) => ({ option, score: Math.max(...asked.map((one) => scoreOf(option, one))) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
  const exact = ranked.filter(({ score }) => score === EXACT)
  if (exact.length === 1) return `Use ${shown(exact[0]!.option)}.`
  const best = (ranked.length > 0 ? ranked.map(({ option }) => option) : options).slice(0, SHOWN)
  if (best.length === 0) return 'Zendesk has none to choose from: add one there, or map something else.'
  const more = options.length > best.length ? ` There are ${options.length} in all.` : ''
  return `Use one of: ${best.map(shown).join(', ')}.${more}`
}

const EXACT = 10

/** Case, accents and punctuation do not count; the last part of `Product::App::iOS` is its name. */
function scoreOf({ id, name }: Option, wanted: string): number {
  const asked = fold(wanted)
  if (asked === '') return 0
  const last = name.split('::').at(-1) ?? name
  if ([id, name, last].some((one) => fold(one) === asked)) return EXACT
  const own = new Set(`${fold(name)} ${fold(id)}`.split(' '))
  const both = asked.split(' ').filter((word) => own.has(word)).length
  return both === 0 ? 0 : both / asked.split(' ').length + both / own.size
}

function shown({ id, name }: Option): string {
  return name === id || name === '' ? id : `${id} (${name})`
}
