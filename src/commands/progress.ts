/** How far the reading of a helpdesk is: a bar on a terminal, plain lines elsewhere. */
import type { Writable } from 'node:stream'
import { Presets, SingleBar } from 'cli-progress'

export type OnProgress = (step: string, done: number, all: number) => void

/** One line for so many calls: enough to see that it goes on. */
const LINE_EVERY = 100

export function openProgress(output: Writable & { isTTY?: boolean }): { update: OnProgress; end(): void } {
  return output.isTTY ? openBars(output) : openLines(output)
}

function openLines(output: Writable) {
  let [known, said] = ['', 0]
  return {
    update(step: string, done: number, all: number) {
      if (step !== known) {
        output.write(`Reading the ${step} ...\n`)
        known = step
        said = 0
      }
      const hundreds = Math.floor(done / LINE_EVERY)
      if (hundreds > said) output.write(`  ${done} of ${all} so far\n`)
      said = Math.max(said, hundreds)
    },
    end() {},
  }
}

function openBars(output: Writable) {
  let open: { step: string; bar: SingleBar } | null = null
  const end = () => {
    open?.bar.stop()
    open = null
  }
  return {
    update(step: string, done: number, all: number) {
      if (open?.step !== step) {
        end()
        const format = `Reading the ${step} [{bar}] {value} of {total}`
        const bar = new SingleBar({ format, stream: output as NodeJS.WritableStream, hideCursor: true }, Presets.legacy)
        bar.start(all, done)
        open = { step, bar }
      }
      open.bar.setTotal(all)
      open.bar.update(done)
    },
    end,
  }
}
