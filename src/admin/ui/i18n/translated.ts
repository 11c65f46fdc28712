/**
 * The same keys in another language. Russian has more plural forms: keys that English lacks may be added, those it has
 * must be there.
 */
export type Translated<T> =
  | ({ [K in keyof T]: T[K] extends string ? string : Translated<T[K]> } & Record<
      `${string}_${'few' | 'many'}`,
      string
    >)
  | { [K in keyof T]: T[K] extends string ? string : Translated<T[K]> }
