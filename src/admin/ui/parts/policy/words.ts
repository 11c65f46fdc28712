/** The words that the pages of the taxonomy and the rules share, in every language. */
import { addWords, type Translated } from '../../i18n/index.ts'

const en = {
  policy: {
    fields: 'Fields',
    rules: 'Rules',
    property: '{{property}}:',
    kind: {
      row: 'routing row',
      connection: 'connection',
      pause: 'pause',
      rule: 'rule',
      guard: 'guard',
      label: 'labels',
      field: 'field',
    },
    breaksNone: 'Nothing else names what goes away.',
    touches: 'What it touches',
    follows: 'Follows to the other value when published',
    loses: 'No longer has an effect',
    breaksHint: 'Publishing asks once more because of these.',
    checking: 'Looking for what it touches …',
  },
}

const ru: Translated<typeof en> = {
  policy: {
    fields: 'Поля',
    rules: 'Правила',
    property: '{{property}}:',
    kind: {
      row: 'маршрут',
      connection: 'подключение',
      pause: 'пауза',
      rule: 'правило',
      guard: 'защита',
      label: 'метки',
      field: 'поле',
    },
    breaksNone: 'Больше ничто не ссылается на то, что уходит.',
    touches: 'Что это затронет',
    follows: 'Перейдёт к другому значению при публикации',
    loses: 'Перестанет действовать',
    breaksHint: 'Из-за этого публикация переспросит.',
    checking: 'Ищем, что это затронет …',
  },
}

type Added = typeof en
declare global {
  interface PageWords extends Added {}
}
addWords({ en, ru })
