import type { Words } from './en.ts'

// Russian has more plural forms: keys that English lacks may be added, those it has must be there.
type Translated<T> =
  | ({ [K in keyof T]: T[K] extends string ? string : Translated<T[K]> } & Record<
      `${string}_${'few' | 'many'}`,
      string
    >)
  | { [K in keyof T]: T[K] extends string ? string : Translated<T[K]> }

export const ru: Translated<Words> = {
  nav: {
    today: 'Сегодня',
    open: 'Открыть меню',
    skip: 'К содержанию',
    sections: 'Разделы',
  },
  role: {
    viewer: 'Наблюдатель',
    reviewer: 'Проверяющий',
    editor: 'Редактор',
    ml: 'Обучение моделей',
    operator: 'Оператор',
    admin: 'Администратор',
    auditor: 'Аудитор',
  },
  scheme: { light: 'Светлая', dark: 'Тёмная', auto: 'Как в системе' },
  outcome: {
    applied: 'Применено',
    suggested: 'Предложено',
    held: 'Отложено',
    skipped: 'Пропущено',
    failed: 'Ошибка',
    waiting: 'Ожидает',
    lost: 'Потеряно',
  },
  common: {
    retry: 'Повторить',
    close: 'Закрыть',
    signOut: 'Выйти',
    signOutHere: 'Выйти здесь',
    signOutEverywhere: 'Выйти на всех устройствах',
    scheme: 'Цвета',
    language: 'Язык',
  },
  error: {
    title: 'Не получилось',
    notFound: 'Такой страницы нет',
    toToday: 'На страницу «Сегодня»',
    offline: 'Pointsman не отвечает',
    offlineNext: 'Проверьте, что он запущен и что есть связь, и повторите.',
  },
  signIn: {
    title: 'Вход в Pointsman',
    token: 'Токен доступа',
    show: 'Показать токен',
    hint: 'Первый запуск печатает токен и ссылку для одного входа. Потом администратор выдаёт токен каждому.',
    go: 'Войти',
  },
  today: {
    title: 'Сегодня',
    ledger: 'Что стало с заявками, полученными сегодня',
    received_one: 'заявка получена',
    received_few: 'заявки получено',
    received_many: 'заявок получено',
    received_other: 'заявки получено',
    balanced: 'Сходится',
    balancedHint: 'Каждая полученная заявка учтена.',
    unbalanced: 'Не сходится',
    unbalancedHint_one: 'У {{count}} заявки нет задания, которое её завершит. Запустите: pointsman doctor',
    unbalancedHint_few: 'У {{count}} заявок нет задания, которое их завершит. Запустите: pointsman doctor',
    unbalancedHint_many: 'У {{count}} заявок нет задания, которое их завершит. Запустите: pointsman doctor',
    unbalancedHint_other: 'У {{count}} заявки нет задания, которое их завершит. Запустите: pointsman doctor',
  },
}
