import { Dropped } from './dropped.ts'
import { isInvisibleColour } from './hidden.ts'

/** Jira's wiki markup as text, without its formatting. Code is left as it is; the log step may shorten it. */
export function wikiToText(source: string, dropped: Dropped = new Dropped()): string {
  const parts: string[] = []
  let from = 0
  let open: RegExpExecArray | null = null
  for (const mark of source.matchAll(/\{(code|noformat)(?::[^{}\n]{0,300})?\}/gi)) {
    if (open && open[1]!.toLowerCase() !== mark[1]!.toLowerCase()) continue
    const part = source.slice(from, mark.index)
    parts.push(open ? part : markupToText(part, dropped))
    open = open ? null : mark
    from = mark.index + mark[0].length
  }
  parts.push(markupToText(source.slice(from), dropped))
  return parts.join('\n')
}

function markupToText(source: string, dropped: Dropped): string {
  return (
    source
      .replace(/\{color:([^{}\n]{1,40})\}([^{}]{0,5000})\{color\}/gi, (whole, colour: string, words: string) => {
        if (!isInvisibleColour(colour.trim())) return whole
        dropped.add('hidden', words.length)
        return ''
      })
      .replace(
        /\{(?:color|panel|quote|section|column|tip|info|note|warning|anchor|expand)(?::[^{}\n]{0,300})?\}/gi,
        (macro) => title(macro),
      )
      .replace(/\{status:(?:[^{}\n]{0,200}\|)?title=([^{}|\n]{1,100})[^{}\n]{0,200}\}/gi, '[$1]')
      .replace(/\{jira:(?:[^{}\n|]{0,100}\|)?(?:key=)?([A-Z][A-Z0-9_]{1,20}-\d{1,9})[^{}\n]{0,300}\}/g, '$1')
      .replace(/\{(?:toc|excerpt|gallery|attachments|children)(?::[^{}\n]{0,300})?\}/gi, '')
      // The editor writes marks inside a word in braces.
      .replace(/\{[*_+^~-]\}/g, '')
      .replace(
        /\[([^\][|\n]{1,500})\|([^\][|\n]{1,2000})(?:\|[^\][\n]{0,100})?\]/g,
        (_, text: string, target: string) => link(text, target),
      )
      .replace(/\[(https?:\/\/[^\]\s]{1,2000}|mailto:[^\]\s]{1,300})\]/gi, (_, target: string) =>
        target.replace(/^mailto:/i, ''),
      )
      .replace(/\[~(?:accountid:)?([^\]\n]{1,128})\]/gi, '@$1')
      .replace(/\[\^([^\]\n]{1,200})\]/g, '$1')
      .replace(/![^!\n|]{1,200}\.(?:png|jpe?g|gif|bmp|svg|webp|pdf|docx?|xlsx?|mp4|mov)(?:\|[^!\n]{0,200})?!/gi, ' ')
      .replace(/^[ \t]*h[1-6]\.[ \t]+/gm, '')
      // A citation by the author, not a mail quote, so it stays.
      .replace(/^[ \t]*bq\.[ \t]+/gm, '')
      .replace(/^[ \t]*([*#-]{1,6})[ \t]+/gm, (_, marks: string) => `${'  '.repeat(marks.length - 1)}- `)
      .replace(/^[ \t]*-{4,5}[ \t]*$/gm, '')
      .replace(/^[ \t]*\|\|?(.*?)\|?\|?[ \t]*$/gm, (_, cells: string) => cells.replace(/\|\|?/g, ' | '))
      .replace(/\{\{([^{}\n]{1,500})\}\}/g, '$1')
      .replace(
        /(?<![\p{L}\p{N}*_+\\-])([*_+-])(?=[^\s*_+-])([^\n*_+]{0,300}?[^\s*_+\\-])\1(?![\p{L}\p{N}*_+-])/gu,
        '$2',
      )
      .replace(/\?\?([^?\n]{1,100})\?\?|~([^\s~]{1,20})~|\^([^\s^]{1,20})\^/g, '$1$2$3')
      .replace(/\\\\(?=\s|$)/g, '\n')
      .replace(/\\([[\]{}*_+^~|!#-])/g, '$1')
  )
}

/** The title of a panel or section, which belongs to the ticket's text. */
function title(macro: string): string {
  const found = /title=([^|}]{1,200})/i.exec(macro)
  return found ? `\n${found[1]}\n` : /color/i.test(macro) ? '' : '\n'
}

function link(text: string, target: string): string {
  if (/^mailto:/i.test(target)) return text.includes('@') ? text : `${text} ${target.slice(7)}`
  return /^https?:/i.test(target) && text !== target ? `${text} (${target})` : text
}
