import { isUtf8 } from 'node:buffer';
import {
  DetectInferRequest,
  type ImageDetections,
  type ImageSettings,
  LookoutError,
  type ModelMetadata,
} from '@lookout/protocol';
import type { ModelInfo } from '@lookout/vision';
import { type ClientImage, decodeImageData, readClientImage } from '../../pipeline/sessions/image-data.js';
import { type BoundedJson, boundJson } from '../../platform/input/bounded-json.js';
import { checkInputs, checkOutputs, DATATYPE_OF, tensorMetadata } from '../../platform/kserve/declared-tensors.js';
import { isBinary, MAX_INFER_JSON_BYTES } from '../../platform/kserve/infer-tensors.js';
import {
  checkMessage,
  type EncodedMessage,
  encodeMessage,
  readTensors,
  splitBody,
} from '../../platform/kserve/message.js';
import { PICTURE_PLATFORM } from '../../platform/kserve/picture-tensors.js';
import { type KServeTensor, refuseField } from '../../platform/kserve/tensor.js';
import { MODEL_VERSION } from './tensor-service.js';

/** The model that accepts encoded images. */
export const PICTURE_MODEL_NAME = 'detect';
/** Maximum images per request. */
const MAX_PICTURES = 16;

const PICTURES_INPUT = { name: 'image', type: 'string', shape: ['pictures'] } as const;
const DETECTION_OUTPUTS = [
  { name: 'boxes', type: 'float32', shape: ['boxes', 4] },
  { name: 'scores', type: 'float32', shape: ['boxes'] },
  { name: 'class_ids', type: 'int32', shape: ['boxes'] },
  { name: 'class_names', type: 'string', shape: ['boxes'] },
  { name: 'counts', type: 'int32', shape: ['pictures'] },
  { name: 'sizes', type: 'int32', shape: ['pictures', 2] },
] as const;

/** @param model that detects. @throws LookoutError `unavailable` while nothing is known about it */
export function pictureModelMetadata(model: ModelInfo): ModelMetadata {
  if (model.remote?.missing !== undefined) throw new LookoutError('unavailable', model.remote.missing);
  return {
    name: PICTURE_MODEL_NAME,
    versions: [MODEL_VERSION],
    platform: PICTURE_PLATFORM,
    inputs: [tensorMetadata(PICTURES_INPUT)],
    outputs: DETECTION_OUTPUTS.map(tensorMetadata),
    parameters: { detector: JSON.stringify({ names: model.classNames, format: model.format }) },
  };
}

type Detect = (image: ClientImage, settings: ImageSettings, signal: AbortSignal) => Promise<ImageDetections>;

/**
 * Answers a request to the image model: accepts one to 16 images and returns the boxes of all in one list, with the number of
 * boxes per image.
 * @param headerLength value of `Inference-Header-Content-Length`; 0: the body is an image
 * @throws LookoutError naming the problem with the request
 */
export async function inferPictures(
  { body, headerLength }: { body: Uint8Array; headerLength: string | undefined },
  detect: Detect,
  signal: AbortSignal,
): Promise<EncodedMessage> {
  const request =
    headerLength === '0' ? { pictures: [body], settings: {}, message: undefined } : readRequest(body, headerLength);
  const images = request.pictures.map((bytes, i) => named(i, () => readClientImage(bytes)));
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  try {
    const found = await Promise.all(
      images.map(async (image, i) => {
        try {
          return await detect(image, request.settings, either);
        } catch (error) {
          throw pictureError(error, i);
        }
      }),
    );
    return encode(found, request.message);
  } catch (error) {
    // The request has failed, so its other images need not be analysed.
    failed.abort(error);
    throw error;
  }
}

function readRequest(body: Uint8Array, headerLength: string | undefined) {
  const jsonBytes = headerLength === undefined ? body.length : Number(headerLength);
  if (jsonBytes > MAX_INFER_JSON_BYTES) {
    throw new LookoutError('payload_too_large', `The request’s JSON exceeds ${MAX_INFER_JSON_BYTES} bytes`, {
      hint: 'Send images as binary data after the JSON.',
    });
  }
  const { json, binary } = splitBody(body, headerLength);
  const { value, longTexts } = parseJson(json);
  const message = checkMessage(DetectInferRequest, value);
  checkInputs(message.inputs, [PICTURES_INPUT]);
  checkOutputs(message.outputs ?? [], DETECTION_OUTPUTS);
  const given = message.inputs[0]!;
  if (given.shape[0] === 0) throw refuseField('inputs.0.shape', 'expected at least one image');
  const [tensor] = readTensors('inputs', message.inputs, binary, MAX_PICTURES);
  const elements = tensor!.data as Uint8Array[];
  // In JSON, an image is base64 text.
  const decode = (text: string) => decodeImageData(longTexts.get(text) ?? text);
  const pictures = given.data ? elements.map((text, i) => named(i, () => decode(decodeText(text)))) : elements;
  const { binary_data_output: _, ...settings } = message.parameters ?? {};
  return { pictures, settings, message };
}

/** @throws LookoutError `bad_request`, `payload_too_large` */
function parseJson(json: Uint8Array): { value: unknown; longTexts: BoundedJson['longTexts'] } {
  const { text, longTexts } = boundJson(json);
  try {
    if (!isUtf8(json)) throw new TypeError('not UTF-8');
    return { value: JSON.parse(text), longTexts };
  } catch (cause) {
    throw new LookoutError('bad_request', 'The body is not valid JSON', { cause });
  }
}

function encode(found: readonly ImageDetections[], message: DetectInferRequest | undefined): EncodedMessage {
  const all = found.flatMap(({ detections }) => detections);
  const encoder = new TextEncoder();
  const data: Record<(typeof DETECTION_OUTPUTS)[number]['name'], KServeTensor['data']> = {
    boxes: Float32Array.from(all.flatMap(({ bbox }) => bbox)),
    scores: Float32Array.from(all, ({ confidence }) => confidence),
    class_ids: Int32Array.from(all, ({ class_id }) => class_id),
    class_names: all.map(({ class_name }) => encoder.encode(class_name)),
    counts: Int32Array.from(found, ({ detections }) => detections.length),
    sizes: Int32Array.from(found.flatMap(({ image_size }) => image_size)),
  };
  const lengths = { boxes: all.length, pictures: found.length };
  const tensors = DETECTION_OUTPUTS.map((declared): KServeTensor => {
    const { name, type } = declared;
    const shape = declared.shape.map((size) => (typeof size === 'number' ? size : lengths[size]));
    return { name, datatype: DATATYPE_OF[type], shape, data: data[name] };
  });
  const wanted = message?.outputs?.length
    ? message.outputs.map(({ name }) => name)
    : DETECTION_OUTPUTS.map(({ name }) => name);
  const chosen = wanted.map((name) => tensors.find((tensor) => tensor.name === name)!);
  const id = message?.id;
  const fields = { model_name: PICTURE_MODEL_NAME, model_version: MODEL_VERSION, ...(id !== undefined && { id }) };
  return encodeMessage('outputs', fields, chosen, message ? isBinary(message) : () => false);
}

function decodeText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

function named<T>(index: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw pictureError(error, index);
  }
}

/** Reports an invalid image as an error in its element of the input. */
function pictureError(error: unknown, index: number): unknown {
  if (!(error instanceof LookoutError) || error.code !== 'frame_invalid') return error;
  return refuseField(`inputs.0.data.${index}`, error.message);
}
