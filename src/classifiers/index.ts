/** What gives an answer: a model endpoint, the embedded classifier, or both in a cascade. */
export { type AnswerOf, countAnswers, eraseAnswers, openAnswerCache, tidyAnswerCache } from './answer-cache.ts'
export { askClassifier, type Classified, type Classifiers } from './ask.ts'
export { applyCurve, Calibration, Curve, fitCurve, type Promised, promise } from './calibration/index.ts'
export {
  asClassifier,
  decode,
  type EmbeddedModel,
  type Progress,
  trainInWorker,
} from './embedded/index.ts'
export {
  answerEnd,
  defaultFormat,
  type EndpointClassifier,
  type EndpointHealth,
  type EndpointSettings,
  formatVersion,
  neededLabels,
  openEndpoint,
  PromptFormat,
  parseAnswer,
  probe,
  readEndpoints,
  renderAnswer,
  renderParts,
  renderPrompt,
} from './endpoint/index.ts'
export { openExamples } from './examples.ts'
export { type ModelPauses, openModelPauses, PROBE_MODEL, type ProbeData } from './model-pause.ts'
export { type PromiseOf, promisesOf } from './promises.ts'
