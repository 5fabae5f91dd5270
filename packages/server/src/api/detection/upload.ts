import { nameOtherFormat } from '@lookout/media';
import { LookoutError } from '@lookout/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { decodeImageData, isPicture, MAX_IMAGE_BYTES } from '../../pipeline/sessions/image-data.js';
import { addJsonParser, type BoundedJson } from '../../platform/input/bounded-json.js';
import { REFUSED_INPUT } from '../http/validation.js';

/** A picture as it came in a request's body, and what was written beside it. */
export interface Upload {
  /** Of JSON: whatever stood beside `image_data`. Of a form: its other fields, as texts. */
  fields: Record<string, unknown>;
  /** @throws LookoutError `frame_invalid`, `frame_too_large` */
  bytes(): Uint8Array;
  kind: 'json' | 'form' | 'raw';
}

/** Fields beside the picture: a few settings and a list of classes. */
const formLimits = {
  fileSize: MAX_IMAGE_BYTES,
  files: 1,
  fields: 16,
  fieldSize: 16 * 1024,
  parts: 17,
  headerPairs: 50,
};

/** `fetch(url, { body: JSON.stringify(…) })` calls it text/plain. A body without a byte is none, whatever it is called. */
const textAsJson = { types: ['application/json', 'text/plain'], emptyIsNone: true };

/** JSON whose picture still lies where it arrived. */
class PictureJson {
  constructor(
    readonly value: unknown,
    readonly longTexts: BoundedJson['longTexts'],
  ) {}
}

/** Bodies that the routes of pictures take beside JSON: text that is JSON all the same, and whatever may be a picture. */
export function addPictureParsers(app: FastifyInstance): void {
  addJsonParser(app, { ...textAsJson, finish: (value, { longTexts }) => new PictureJson(value, longTexts) });
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

/** See `textAsJson`. */
export function addTextAsJson(app: FastifyInstance): void {
  addJsonParser(app, textAsJson);
}

/**
 * Reads the picture of a request: JSON with `image_data`, the file of a form, or the body itself. What it is, its bytes tell.
 * @param onForm called with the fields of a form before anything in it is judged; what it throws is thrown.
 * @throws LookoutError `unsupported_media_type` for a file or body that is no picture, `payload_too_large`, `bad_request`;
 *   ZodError where `image_data` is no text.
 */
export async function readUpload(
  request: FastifyRequest,
  onForm?: (fields: Record<string, unknown>) => void,
): Promise<Upload> {
  if (request.isMultipart()) {
    const { file, fields } = await readForm(request);
    onForm?.(fields);
    if (file === undefined) {
      throw new LookoutError('bad_request', 'The form has no file', {
        hint: 'Send the picture as a part named image, or one with a file name.',
      });
    }
    checkPicture(file, 'The file');
    return { kind: 'form', fields, bytes: () => file };
  }
  const { body } = request;
  if (Buffer.isBuffer(body)) {
    checkPicture(body, 'The body');
    return { kind: 'raw', fields: {}, bytes: () => body };
  }
  const { value, longTexts } = body instanceof PictureJson ? body : new PictureJson(body, new Map());
  const { image_data, ...fields } = parseBody(z.looseObject({ image_data: z.string().min(1) }), value);
  return { kind: 'json', fields, bytes: () => decodeImageData(longTexts.get(image_data) ?? image_data) };
}

/** @throws ZodError that knows what was refused, so that the answer can say it. */
export function parseBody<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw Object.assign(result.error, { [REFUSED_INPUT]: value });
}

/**
 * Reads a form to its end.
 * @returns its last file, and its other fields as texts.
 * @throws LookoutError `bad_request`, `payload_too_large`
 */
export async function readForm(
  request: FastifyRequest,
): Promise<{ file: Buffer | undefined; fields: Record<string, unknown> }> {
  const { 'content-encoding': encoding = 'identity' } = request.headers;
  if (encoding !== 'identity') throw new LookoutError('unsupported_media_type', 'Forms are not taken compressed');
  let file: Buffer | undefined;
  const fields: Record<string, unknown> = Object.create(null);
  try {
    for await (const part of request.parts({ limits: formLimits, isPartAFile })) {
      if (part.type === 'file') file = await part.toBuffer();
      else if (part.fieldname in fields) throw new LookoutError('bad_request', `The form has ${part.fieldname} twice`);
      else fields[part.fieldname] = part.value;
    }
  } catch (error) {
    throw formError(error);
  }
  return { file, fields: { ...fields } };
}

/** Some clients give the picture no file name, and some no type either. */
function isPartAFile(field: string | undefined, type: string | undefined, fileName: string | undefined): boolean {
  return fileName !== undefined || field === 'image' || /^(image\/|application\/octet-stream)/i.test(type ?? '');
}

function checkPicture(bytes: Buffer, what: string): void {
  if (isPicture(bytes)) return;
  const other = nameOtherFormat(bytes);
  if (other !== undefined) {
    throw new LookoutError('unsupported_media_type', `${what} is ${other}`, { hint: 'Send it as JPEG, PNG or WebP.' });
  }
  throw new LookoutError('unsupported_media_type', `${what} is no JPEG, PNG or WebP`, {
    hint: 'Send a picture as image/*, in a form, or in base64 as JSON {"image_data": …}.',
  });
}

/** Errors of the form's parser, by its codes; those of a client that went away in the middle are nobody's. */
function formError(error: unknown): unknown {
  if (error instanceof LookoutError) return error;
  const { code } = error as { code?: string };
  if (code === 'FST_REQ_FILE_TOO_LARGE') {
    return new LookoutError('payload_too_large', `The file is larger than ${MAX_IMAGE_BYTES} bytes`);
  }
  if (code?.endsWith('_LIMIT'))
    return new LookoutError('payload_too_large', 'The form has too many or too large parts');
  return new LookoutError('bad_request', 'The form is not well formed', { cause: error });
}
