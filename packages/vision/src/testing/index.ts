/** Models for tests, built in code. Loads no native code. */
export { encodeModel } from '../onnx/model-file.js';
export { colourSegmenter, type SegmentFamily, writeColourSegmenter } from './colour-segmenter.js';
export { quietRows } from './grid-tables.js';
export { identityModel } from './identity-model.js';
export { brightnessModel, type OddModelOptions, oddModel } from './odd-model.js';
export { seededRandom } from './random.js';
export { type TinyModelOptions, tinyModel } from './tiny-model.js';
