import type { Dropped } from './dropped.ts'

/** Lines of invitations by Teams, Zoom, Meet and Webex. They match whole lines only: "Meeting ID 123 is invalid" is a ticket. */
export const MEETING = new RegExp(
  `^[ •*-]{0,4}(?:${[
    'join (?:microsoft teams|zoom|the|your|google|webex|with google|a)(?: meeting| call| meet)?(?: now)?:?(?: ?[(<]?https?:[^\\n]{0,300})?',
    'microsoft teams(?: meeting)?(?: need help\\?)?',
    'click here to join the meeting[^\\n]{0,300}',
    'meeting (?:id|number)[^:\\n]{0,20}:? ?[\\d <>A-Z_]{3,40}',
    '(?:meeting )?pass(?:code|word): [^\\n ]{1,30}',
    '(?:download teams|join on the web|join on your computer)[^\\n]{0,200}',
    'or (?:call in|dial)[^\\n]{0,120}',
    'dial[ -]?in (?:by phone|number)[^\\n]{0,100}',
    'dial by your location',
    'phone conference id:?[^\\n]{0,40}',
    '(?:find (?:a|your)|more) (?:local|phone) numbers?:?[^\\n]{0,200}',
    'one tap mobile[^\\n]{0,100}',
    // A number to dial, followed by commas and the meeting's code, or by its country.
    '(?:<PHONE_\\d+>|\\+[\\d ()-]{7,20})(?:,,[\\d#*,]{4,40}(?: \\p{L}[^\\n]{0,60})?| [a-z]{2}(?: \\([^)\\n]{2,40}\\))?)',
    'learn more \\|[^\\n]{0,100}',
    '(?:reset (?:dial-in )?pin|for organi[sz]ers:|-{0,3} ?meeting options)[^\\n]{0,100}',
    '[^\\n]{1,60} is inviting you to a scheduled (?:zoom|webex)[^\\n]{0,30}',
    '<?https?://[^\\s>]{0,60}(?:zoom\\.us|teams\\.microsoft\\.com|teams\\.live\\.com|meet\\.google\\.com|webex\\.com|tel\\.meet)/[^\\s]{0,300}',
    'собрание microsoft teams',
    'присоединиться (?:к|на|через)[^\\n]{0,200}',
    '(?:щ[её]лкните|нажмите) здесь, чтобы присоединиться[^\\n]{0,200}',
    'идентификатор (?:собрания|конференции)[^\\n]{0,60}',
    'код доступа: ?[^\\n]{1,40}',
    'скачать teams[^\\n]{0,100}',
    'подробнее \\|[^\\n]{0,100}',
    '(?:besprechungs-id|kenncode|an besprechung teilnehmen|per telefon einwählen)[^\\n]{0,100}',
  ].join('|')})$`,
  'iu',
)

const CALENDAR = /BEGIN:VCALENDAR[\s\S]{0,20000}?(?:END:VCALENDAR|$)/g

/** Joins the folded lines of a calendar file (RFC 5545, 3.1). Must run before spaces are cleaned. */
export function unfolded(text: string): string {
  return text.includes('BEGIN:VCALENDAR') ? text.replace(CALENDAR, (file) => file.replace(/\r?\n[ \t]/g, '')) : text
}

const CONTENT_LINE = /^(?:SUMMARY|DESCRIPTION|LOCATION)[^:\n]{0,100}:(.{1,2000})$/gm

/** Replaces a calendar file in the text by its summary, description and location. */
export function withoutCalendars(text: string, dropped: Dropped): string {
  if (!text.includes('BEGIN:VCALENDAR')) return text
  return text.replace(CALENDAR, (calendar) => {
    const contents = [...calendar.matchAll(CONTENT_LINE)].map((match) =>
      match[1]!.replace(/\\n/gi, '\n').replace(/\\([,;\\])/g, '$1'),
    )
    const kept = contents.join('\n')
    dropped.add('calendar', calendar.length - kept.length)
    return kept
  })
}
