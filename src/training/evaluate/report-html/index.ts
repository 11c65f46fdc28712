/** A report as one HTML page that loads nothing else: no script, no font, no network. Pure. */

import type { Report } from '../report.ts'
import { cascadeSection } from './cascade.ts'
import { costsSection } from './costs.ts'
import { fieldSection } from './field.ts'
import { fieldsOverview } from './fields-overview.ts'
import { header } from './header.ts'
import { tag, trusted } from './markup.ts'
import { notesSection } from './notes.ts'
import { openFieldsSection } from './open-fields.ts'
import { page } from './parts.ts'
import { STYLE } from './style.ts'

/** The report as a complete HTML document. */
export function html(report: Report): string {
  return page(
    tag(
      'html',
      { lang: 'en' },
      tag(
        'head',
        {},
        tag('meta', { charset: 'utf-8' }),
        tag('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
        // If anything ever got past the escaping, the browser would still run and fetch nothing.
        tag('meta', {
          'http-equiv': 'Content-Security-Policy',
          content: "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
        }),
        tag('title', {}, `Evaluation of ${report.classifier.model}`),
        tag('style', {}, trusted(STYLE)),
      ),
      tag(
        'body',
        {},
        tag('a', { class: 'skip', href: '#fields' }, 'Skip to the figures'),
        tag(
          'main',
          {},
          header(report),
          fieldsOverview(report),
          openFieldsSection(report),
          cascadeSection(report),
          report.fields.map(fieldSection),
          costsSection(report),
          notesSection(report),
        ),
      ),
    ),
  )
}
