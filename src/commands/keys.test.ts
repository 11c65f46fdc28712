import { expect, test } from 'vitest'
import { nextStep } from './keys.ts'

const process = (name: string, seals: string, ...others: string[]) => ({
  name,
  seals,
  opens: [seals, ...others],
  since: new Date(0),
})

test.each([
  ['one key', ['old'], { old: 2 }, [process('a', 'old')], /set ENCRYPTION_KEY=old,new/],
  ['a secret whose key is not set', ['new'], { old: 2, new: 2 }, [], /Add the key old/],
  [
    'a process that lacks the new key',
    ['old', 'new'],
    { old: 2 },
    [process('a', 'old')],
    /Restart a with the same keys/,
  ],
  ['every process knows both', ['old', 'new'], { old: 2 }, [process('a', 'old', 'new')], /put it first/],
  ['a process that encrypts with the old one', ['new', 'old'], { old: 2 }, [process('a', 'old', 'new')], /same order/],
  ['secrets of the old key', ['new', 'old'], { old: 1, new: 1 }, [process('a', 'new', 'old')], /--reseal/],
  ['all is done', ['new', 'old'], { new: 2 }, [process('a', 'new', 'old')], /remove it/],
])('%s: the next step', (_, opens, secrets, processes, expected) => {
  expect(
    nextStep({ seals: opens[0]!, opens }, { secrets: secrets as Record<string, number>, unbound: 0, processes }),
  ).toMatch(expected)
})
