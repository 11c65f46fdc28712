/**
 * Ticket text is data. The chat endpoint of llama-server parses `[INST]`, `</s>` and the like inside a user's text as
 * control tokens, and Hugging Face tokenizers do the same, so the wording of a prompt cannot protect against them. Such
 * strings lose their brackets and keep their words. The answer schema is the second protection.
 */
import { type PromptFormat, templateOf } from './format.ts'

/** `<|im_start|>`, `<|user|>`, `<|begin_of_text|>`, and those of DeepSeek with full-width bars. */
const BARRED = /<[|｜]([^|｜<>\n]{1,80})[|｜]>/g
/** Single tags that some tokenizer treats as one control token. */
const TAGS =
  /<(\/?(?:s|bos|eos|pad|unk|mask|sep|cls|think|tool_call|tool_response|tools|tool|start_of_turn|end_of_turn|start_of_image|fim_prefix|fim_middle|fim_suffix|extra_id_\d+|endoftext|ticket|example))>/gi
const BRACKETS =
  /\[(\/?(?:INST|SYS|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|TOOL_CONTENT|TOOL_CALL_ID|CALL_ID|ARGS|IMG|IMG_BREAK|IMG_END|AUDIO|BEGIN_AUDIO|PREFIX|MIDDLE|SUFFIX|THINK|MODEL_SETTINGS|CLS|SEP|PAD|UNK|MASK|gMASK))\]/gi
const DOUBLED = /<<(\/?SYS)>>/gi
/** Alpaca and Vicuna headings; only the `#` signs are removed. */
const HEADINGS =
  /^[ \t]*#{2,4}[ \t]*(Instruction|Input|Response|System|User|Human|Assistant|Prompt|Answer|Question|Context)\b/gim
// biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are removed
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|[\u{e0000}-\u{e007f}]/gu

/**
 * Removes what a prompt must not contain: lone surrogates are a parse error on llama-server, and NUL corrupts its prompt;
 * bidirectional overrides and Unicode tag characters only hide text from people.
 */
export function clean(text: string): string {
  return text.toWellFormed().replace(/\r\n?/g, '\n').replace(CONTROLS, '')
}

/** Breaks the control tokens of every known template family and of the format's own template. */
export function escapeControlTokens(text: string, format: PromptFormat): string {
  let out = clean(text)
  if (/[<[#|｜]/.test(out))
    out = out
      .replace(DOUBLED, '($1)')
      .replace(BARRED, '($1)')
      .replace(TAGS, '($1)')
      .replace(BRACKETS, '($1)')
      .replace(HEADINGS, '$1')
  for (const mark of templateMarks(format)) out = out.replaceAll(mark, `${mark[0]}\u200b${mark.slice(1)}`)
  return out
}

/** Lines of a custom template that contain more than words; presets are covered above. */
function templateMarks(format: PromptFormat): string[] {
  const template = templateOf(format)
  if (!template) return []
  const parts = [template.system, template.user, template.answer].flatMap((wrap) => [wrap.prefix, wrap.suffix])
  const lines = parts.flatMap((part) => part.split('\n')).map((line) => line.trim())
  return [...new Set(lines)].filter((line) => line.length >= 3 && /[^\p{L}\p{N}\s]/u.test(line))
}
