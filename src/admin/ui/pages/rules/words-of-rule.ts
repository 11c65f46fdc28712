/** A rule in words. */
import { useTranslation } from 'react-i18next'
import { plain, useFieldName } from '../../parts/format.ts'
import type { Rule } from './use-draft.ts'

const FIRST = 6

export function useRuleWords() {
  const { t } = useTranslation()
  const nameOf = useFieldName()
  const list = (words: string[]) =>
    words.length > FIRST
      ? `${words.slice(0, FIRST).join(', ')} ${t('rules.more', { count: words.length - FIRST })}`
      : words.join(', ')
  return {
    conditions({ when }: Pick<Rule, 'when'>): string[] {
      const { any, all, none, regex, language, metadata, minLength, maxLength, count, outOfScope } = when
      return [
        any && t('rules.says.any', { words: list(any) }),
        all && t('rules.says.all', { words: list(all) }),
        none && t('rules.says.none', { words: list(none) }),
        regex && t('rules.says.regex', { pattern: regex.length > 60 ? `${regex.slice(0, 60)}…` : regex }),
        language && t('rules.says.language', { words: list(language) }),
        ...Object.entries(metadata ?? {}).map(([name, value]) =>
          t('rules.says.metadata', { name, words: list([value].flat()) }),
        ),
        minLength !== undefined && t('rules.says.minLength', { n: minLength }),
        maxLength !== undefined && t('rules.says.maxLength', { n: maxLength }),
        count &&
          t('rules.says.count', { what: t(`rules.countable.${count.of}`), n: count.atLeast ?? count.atMost ?? 0 }),
        outOfScope && t('rules.says.outOfScope'),
      ].filter((said) => typeof said === 'string')
    },
    effect({ then }: Pick<Rule, 'then'>): string {
      if ('decide' in then)
        return Object.entries(then.decide)
          .map(([field, value]) => `${nameOf(field)}: ${plain(value)}`)
          .join(', ')
      if ('guard' in then)
        return t('rules.says.guard', { field: nameOf(then.guard.field), value: plain(then.guard.atLeast) })
      if ('skip' in then) return t('rules.says.skip', { reason: then.skip })
      return t('rules.says.flag', { word: then.flag })
    },
  }
}
