/** The words of the page in English. Every other language has the same keys, which its type demands. */
export const en = {
  nav: {
    today: 'Today',
    open: 'Open the menu',
    skip: 'Skip to content',
    sections: 'Sections',
  },
  role: {
    viewer: 'Viewer',
    reviewer: 'Reviewer',
    editor: 'Editor',
    ml: 'Model trainer',
    operator: 'Operator',
    admin: 'Admin',
    auditor: 'Auditor',
  },
  scheme: { light: 'Light', dark: 'Dark', auto: 'As the system' },
  outcome: {
    applied: 'Applied',
    suggested: 'Suggested',
    held: 'Held',
    skipped: 'Skipped',
    failed: 'Failed',
    waiting: 'Waiting',
    lost: 'Lost',
  },
  common: {
    retry: 'Try again',
    close: 'Close',
    signOut: 'Sign out',
    signOutHere: 'Sign out here',
    signOutEverywhere: 'Sign out everywhere',
    scheme: 'Colours',
    language: 'Language',
  },
  error: {
    title: 'That did not work',
    notFound: 'There is no such page',
    toToday: 'Go to Today',
    offline: 'Pointsman does not answer',
    offlineNext: 'Check that it is running and that you are online, then try again.',
  },
  signIn: {
    title: 'Sign in to Pointsman',
    token: 'Access token',
    show: 'Show the token',
    hint: 'The first start prints a token and a link that signs in once. Later, an admin creates a token for each person.',
    go: 'Sign in',
  },
  today: {
    title: 'Today',
    ledger: 'What became of the tickets received today',
    received_one: 'ticket received',
    received_other: 'tickets received',
    balanced: 'Balanced',
    balancedHint: 'Every ticket that came in is accounted for.',
    unbalanced: 'Does not balance',
    unbalancedHint_one: '{{count}} ticket has no job that will finish it. Run: pointsman doctor',
    unbalancedHint_other: '{{count}} tickets have no job that will finish them. Run: pointsman doctor',
  },
}

export type Words = typeof en
