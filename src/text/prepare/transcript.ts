import type { Dropped } from './dropped.ts'

const TURN =
  /^(?<time>[[(]?(?:(?:\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4})[, T]{1,2})?\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?(?: ?[AP]M)?[\])]?[ -]{0,3})?(?<who>(?!(?:TRACE|DEBUG|INFO|NOTICE|WARN|ERROR|FATAL|CRITICAL|SEVERE|ИНФО|ОШИБКА)|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d)(?:[\p{L}][\p{L}\p{N} .'()#_-]{0,30}(?:<NAME_\d+>)?|<NAME_\d+>(?: ?\([^)\n]{1,30}\))?)) ?(?<after>[[(]\d{1,2}:\d\d(?::\d\d)?(?: ?[AP]M)?[\])])? ?[:：] ?(?<said>.*)$/u
const MIN_TURNS = 6

/** Is this a chat or a call, turn by turn? Then a few speakers alternate. */
export function isTranscript(text: string): boolean {
  const lines = text.split('\n', 400).filter((line) => line.trim() !== '')
  const speakers = new Map<string, number>()
  for (const line of lines) {
    const who = TURN.exec(line.slice(0, 300))?.groups?.who?.trim().toLowerCase()
    if (who) speakers.set(who, (speakers.get(who) ?? 0) + 1)
  }
  const repeated = [...speakers.values()].filter((turns) => turns >= 2)
  const turns = repeated.reduce((sum, each) => sum + each, 0)
  return turns >= MIN_TURNS && turns >= lines.length * 0.5 && repeated.length >= 2 && repeated.length <= 6
}

/** Removes clock times, and repeated names of a speaker in consecutive turns. */
export function tidyTranscript(given: string, dropped: Dropped): string {
  const text = turnByTurn(given)
  if (!isTranscript(text)) return given
  let previous = ''
  const lines = text.split('\n').flatMap((line) => {
    const turn = TURN.exec(line.slice(0, 4000))
    if (!turn?.groups) return line.trim() === '' ? [] : [line]
    const who = turn.groups.who!.trim()
    const said = turn.groups.said!.trim() + line.slice(4000)
    if (said === '') return []
    const again = who === previous
    previous = who
    return [again ? said : `${who}: ${said}`]
  })
  const result = lines.join('\n')
  dropped.add('transcript marks', given.length - result.length)
  return result
}

/** Speaker and time on a line above the turn, as in text copied from Teams or Slack. */
const HEAD =
  /^(?<who>\p{Lu}[\p{L}.'’-]{0,20}(?: \p{L}[\p{L}.'’-]{0,20}){0,3}|<NAME_\d+>) {1,3}[[(]?\d{1,2}:\d\d(?::\d\d)?(?: ?[AP]M)?[\])]?$/u

function turnByTurn(text: string): string {
  const lines = text.split('\n')
  if (lines.filter((line) => HEAD.test(line)).length < MIN_TURNS) return text
  let who = ''
  return lines
    .flatMap((line) => {
      const head = HEAD.exec(line)?.groups?.who
      if (head) who = head
      if (head || line.trim() === '') return []
      const turn = who ? `${who}: ${line}` : line
      who = ''
      return [turn]
    })
    .join('\n')
}
