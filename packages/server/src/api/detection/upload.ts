import { nameOtherFormat } from '@lookout/media';
import { LookoutError } from '@lookout/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { decodeImageData, isPicture, MAX_IMAGE_BYTES } from '../../pipeline/sessions/image-data.js';
import { addJsonParser, type BoundedJson } from '../../platform/input/bounded-json.js';
import { REFUSED_INPUT } from '../http/validation.js';

/** An image from a request body, with the other fields of the body. */
export interface Upload {
  /** JSON: all fields except `image_data`. Form: its other fields, as text. */
  fields: Record<string, unknown>;
  /** @throws LookoutError `frame_invalid`, `frame_too_large` */
  bytes(): Uint8Array;
  kind: 'json' | 'form' | 'raw';
}

/** Limits for a form with an image, a few settings and a list of classes. */
const formLimits = {
  fileSize: MAX_IMAGE_BYTES,
  files: 1,
  fields: 16,
  fieldSize: 16 * 1024,
  parts: 17,
  headerPairs: 50,
};

/** `fetch(url, { body: JSON.stringify(…) })` sends text/plain. An empty body counts as none, whatever its type. */
const textAsJson = { types: ['application/json', 'text/plain'], emptyIsNone: true };

/** JSON whose image has not been copied out of the body. */
class PictureJson {
  constructor(
    readonly value: unknown,
    readonly longTexts: BoundedJson['longTexts'],
  ) {}
}

/** Parsers for image routes: JSON, even if sent as text, and raw bytes that may be an image. */
export function addPictureParsers(app: FastifyInstance): void {
  addJsonParser(app, { ...textAsJson, finish: (value, { longTexts }) => new PictureJson(value, longTexts) });
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

/** See `textAsJson`. */
export function addTextAsJson(app: FastifyInstance): void {
  addJsonParser(app, textAsJson);
}

/**
 * Reads the image of a request: JSON with `image_data`, the file of a form, or the body itself. The format is sniffed from the
 * bytes.
 * @param onForm called with the form's fields before anything else is checked; its errors are thrown
 * @throws LookoutError `unsupported_media_type` for a file or body that is no image, `payload_too_large`, `bad_request`;
 * ZodError if `image_data` is not text
 */
export async function readUpload(
  request: FastifyRequest,
  onForm?: (fields: Record<string, unknown>) => Promise<void>,
): Promise<Upload> {
  if (request.isMultipart()) {
    const { file, fields } = await readForm(request);
    await onForm?.(fields);
    if (file === undefined) {
      throw new LookoutError('bad_request', 'The form has no file', {
        hint: 'Send the image as a part named image, or as one with a file name.',
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

/** The fields of a JSON body without its long strings; undefined for other bodies. */
export function jsonBody({ body }: Pick<FastifyRequest, 'body'>): unknown {
  return body instanceof PictureJson ? body.value : undefined;
}

/** @throws ZodError that includes the rejected value, for the error message */
export function parseBody<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw Object.assign(result.error, { [REFUSED_INPUT]: value });
}

/**
 * Reads a complete form.
 * @returns its last file, and its other fields as text
 * @throws LookoutError `bad_request`, `payload_too_large`
 */
export async function readForm(
  request: FastifyRequest,
): Promise<{ file: Buffer | undefined; fields: Record<string, unknown> }> {
  const { 'content-encoding': encoding = 'identity' } = request.headers;
  if (encoding !== 'identity') throw new LookoutError('unsupported_media_type', 'Compressed forms are not supported');
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

/** Some clients send the image without a file name, and some also without a type. */
function isPartAFile(field: string | undefined, type: string | undefined, fileName: string | undefined): boolean {
  return fileName !== undefined || field === 'image' || /^(image\/|application\/octet-stream)/i.test(type ?? '');
}

function checkPicture(bytes: Buffer, what: string): void {
  if (isPicture(bytes)) return;
  const other = nameOtherFormat(bytes);
  if (other !== undefined) {
    throw new LookoutError('unsupported_media_type', `${what} is ${other}`, { hint: 'Send it as JPEG, PNG or WebP.' });
  }
  throw new LookoutError('unsupported_media_type', `${what} is not a JPEG, PNG or WebP image`, {
    hint: 'Send an image as image/*, in a form, or in base64 as JSON {"image_data": …}.',
  });
}

/** Converts form parser errors by their codes. */
function formError(error: unknown): unknown {
  if (error instanceof LookoutError) return error;
  const { code } = error as { code?: string };
  if (code === 'FST_REQ_FILE_TOO_LARGE') {
    return new LookoutError('payload_too_large', `The file is larger than ${MAX_IMAGE_BYTES} bytes`);
  }
  if (code?.endsWith('_LIMIT'))
    return new LookoutError('payload_too_large', 'The form has too many parts, or a part is too large');
  return new LookoutError('bad_request', 'The form is not well formed', { cause: error });
}
