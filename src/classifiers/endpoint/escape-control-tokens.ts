/**
 * Ticket text is data. llama-server's chat endpoint parses `[INST]`, `</s>` and the like inside a user's text as control
 * tokens, and Hugging Face tokenizers do the same, so no wording of ours could fence a ticket off. The brackets are
 * taken from such strings; their words stay, the schema is the second fence.
 */
import { type PromptFormat, templateOf } from './format.ts'

/** `<|im_start|>`, `<|user|>`, `<|begin_of_text|>`, and DeepSeek's with full-width bars. */
const BARRED = /<[|｜]([^|｜<>\n]{1,80})[|｜]>/g
/** Single tags that some tokenizer treats as one control token. */
const TAGS =
  /<(\/?(?:s|bos|eos|pad|unk|mask|sep|cls|think|tool_call|tool_response|tools|tool|start_of_turn|end_of_turn|start_of_image|fim_prefix|fim_middle|fim_suffix|extra_id_\d+|endoftext|ticket|example))>/gi
const BRACKETS =
  /\[(\/?(?:INST|SYS|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|TOOL_CONTENT|TOOL_CALL_ID|CALL_ID|ARGS|IMG|IMG_BREAK|IMG_END|AUDIO|BEGIN_AUDIO|PREFIX|MIDDLE|SUFFIX|THINK|MODEL_SETTINGS|CLS|SEP|PAD|UNK|MASK|gMASK))\]/gi
const DOUBLED = /<<(\/?SYS)>>/gi
/** Alpaca and Vicuna headings; only the marks go. */
const HEADINGS =
  /^[ \t]*#{2,4}[ \t]*(Instruction|Input|Response|System|User|Human|Assistant|Prompt|Answer|Question|Context)\b/gim
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|[\u{e0000}-\u{e007f}]/gu

/**
 * Lone surrogates are a parse error on llama-server, NUL mangles its prompt; bidirectional overrides and Unicode tag
 * characters only serve to hide text from people.
 */
export function clean(text: string): string {
  return text.toWellFormed().replace(/\r\n?/g, '\n').replace(CONTROLS, '')
}

/** Text without control strings of any known template family, nor of the format's own template. */
export function neutralise(text: string, format: PromptFormat): string {
  let out = clean(text)
  if (/[<[#|｜]/.test(out))
    out = out
      .replace(DOUBLED, '($1)')
      .replace(BARRED, '($1)')
      .replace(TAGS, '($1)')
      .replace(BRACKETS, '($1)')
      .replace(HEADINGS, '$1')
  for (const mark of ownMarks(format)) out = out.replaceAll(mark, `${mark[0]}\u200b${mark.slice(1)}`)
  return out
}

/** Lines of a custom template that are more than words; presets are covered above. */
function ownMarks(format: PromptFormat): string[] {
  const template = templateOf(format)
  if (!template) return []
  const parts = [template.system, template.user, template.answer].flatMap((wrap) => [wrap.prefix, wrap.suffix])
  const lines = parts.flatMap((part) => part.split('\n')).map((line) => line.trim())
  return [...new Set(lines)].filter((line) => line.length >= 3 && /[^\p{L}\p{N}\s]/u.test(line))
}
