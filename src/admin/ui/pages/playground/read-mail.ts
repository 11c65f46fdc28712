/** A pasted mail as subject and text: its headers are not for the classifier. Pure. */

const HEADER = /^([A-Za-zА-Яа-яЁё][\wА-Яа-яЁё-]*): ?(.*)$/
const SUBJECT = /^(subject|тема|betreff|objet|asunto)$/i
const KNOWN =
  /^(from|to|cc|date|sent|reply-to|message-id|received|mime-version|content-type|от|кому|копия|дата|отправлено)$/i

/** Null: what was pasted does not begin with the headers of a mail. */
export function readMail(pasted: string): { subject: string; text: string } | null {
  const lines = pasted.replace(/\r\n/g, '\n').split('\n')
  let subject: string | null = null
  let known = 0
  let at = 0
  for (; at < lines.length; at++) {
    const line = lines[at]!
    const [, name, value] = HEADER.exec(line) ?? []
    if (name === undefined) {
      // A long header goes on in the next line, with a space before it.
      if (at > 0 && /^\s+\S/.test(line)) {
        if (subject !== null && SUBJECT.test(HEADER.exec(lines[at - 1]!)?.[1] ?? '')) subject += ` ${line.trim()}`
        continue
      }
      break
    }
    if (SUBJECT.test(name)) subject = value!.trim()
    else if (KNOWN.test(name)) known++
    else if (
      !/^(x-|dkim|arc-|authentication|return-path|delivered|list-|in-reply|references|importance|priority|thread)/i.test(
        name,
      )
    )
      break
  }
  if (subject === null || (known === 0 && lines[at]?.trim() !== '')) return null
  return { subject, text: lines.slice(at).join('\n').trim() }
}
