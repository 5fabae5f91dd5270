/** Models to test with, made bit by bit. No native code. */
export { encodeModel } from '../onnx/model-file.js';
export { brightnessModel } from './brightness-model.js';
export { quietRows } from './grid-tables.js';
export { identityModel } from './identity-model.js';
export { type OddModelOptions, oddModel } from './odd-model.js';
export { type TinyModelOptions, tinyModel } from './tiny-model.js';
