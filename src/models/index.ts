/** Which model is in use: the stored embedded classifiers, and the curves that calibrate every model. */
export { type Curves, openCurves, type RawHandled, saveCurve, saveRecord } from './curves.ts'
export { type Embedded, openEmbedded } from './in-use.ts'
export { EMBEDDED_NAME, listModels, newestModel, saveModel } from './stored.ts'
