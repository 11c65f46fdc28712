/** Tests: texts with the values that are right. A file of them is what `pointsman evaluate` reads. Pure. */

export type Test = { id: string; subject: string; text: string; labels: Record<string, string> }

export const fileOf = (tests: Test[]) => tests.map((test) => `${JSON.stringify(test)}\n`).join('')

/** The tests of a file, and the numbers of the lines that are none. */
export function readFile(content: string): { tests: Test[]; bad: number[] } {
  const lines = content.replace(/^\uFEFF/, '').split(/\r?\n/)
  const read = lines.map((line, i) => ({ line: i + 1, isEmpty: line.trim() === '', test: testOf(line) }))
  return {
    tests: read.flatMap(({ test }) => test ?? []),
    bad: read.filter(({ isEmpty, test }) => !isEmpty && !test).map(({ line }) => line),
  }
}

function testOf(line: string): Test | null {
  try {
    const { id, subject, text, body, labels } = JSON.parse(line)
    const said = text ?? body ?? ''
    if (typeof said !== 'string' || typeof labels !== 'object' || labels === null || !(said || subject)) return null
    return {
      id: String(id ?? crypto.randomUUID()),
      subject: String(subject ?? ''),
      text: said,
      labels: Object.fromEntries(
        Object.entries(labels).flatMap(([field, value]) => (value === null ? [] : [[field, String(value)]])),
      ),
    }
  } catch {
    return null
  }
}

/** The fields that came out otherwise. */
export const wrongOf = ({ labels }: Test, values: Record<string, string>) =>
  Object.keys(labels).filter((field) => labels[field] !== values[field])
