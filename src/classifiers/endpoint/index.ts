/** The language model as a classifier: any OpenAI-compatible server, one or several. */
export { modelFields } from './codes.ts'
export {
  type AnswerCache,
  type EndpointClassifier,
  type EndpointOptions,
  openEndpoint,
  type PauseKeeper,
} from './endpoint-classifier.ts'
export { defaultFormat, formatVersion, PromptFormat } from './format.ts'
export type { EndpointHealth } from './pool.ts'
export { probe } from './probe.ts'
export {
  answerEnd,
  type Example,
  missingLabels,
  neededLabels,
  renderAnswer,
  renderParts,
  renderPrompt,
} from './prompt.ts'
export { parseAnswer, responseFormat } from './schema.ts'
export { type EndpointSettings, readEndpoints } from './settings.ts'
