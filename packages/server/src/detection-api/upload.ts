import { LookoutError } from '@lookout/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { addJsonParser, type BoundedJson } from '../http/bounded-json.js';
import { REFUSED_INPUT } from '../http/validation.js';
import { decodeImageData, isPicture, maxImageBytes } from './image-data.js';

/** A picture as it came in a request's body, and what was written beside it. */
export interface Upload {
  /** Of JSON: whatever stood beside `image_data`. Of a form: its other fields, as texts. */
  fields: Record<string, unknown>;
  /** @throws LookoutError `frame_invalid`, `frame_too_large` */
  bytes(): Uint8Array;
  kind: 'json' | 'form' | 'raw';
}

/** Fields beside the picture: a few settings and a list of classes. */
const formLimits = { fileSize: maxImageBytes, files: 1, fields: 16, fieldSize: 16 * 1024, parts: 17, headerPairs: 50 };

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
 * @throws LookoutError `unsupported_media_type` for a file or body that is no picture, `payload_too_large`, `bad_request`;
 *   ZodError where `image_data` is no text.
 */
export async function readUpload(request: FastifyRequest): Promise<Upload> {
  if (request.isMultipart()) return readForm(request);
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

async function readForm(request: FastifyRequest): Promise<Upload> {
  let file: Buffer | undefined;
  const fields: Record<string, unknown> = Object.create(null);
  try {
    for await (const part of request.parts({ limits: formLimits })) {
      if (part.type === 'file') file = await part.toBuffer();
      else if (part.fieldname in fields) throw new LookoutError('bad_request', `The form has ${part.fieldname} twice`);
      else fields[part.fieldname] = part.value;
    }
  } catch (error) {
    throw formError(error);
  }
  if (file === undefined) {
    throw new LookoutError('bad_request', 'The form has no file', {
      hint: 'Send the picture as a part with a filename.',
    });
  }
  checkPicture(file, 'The file');
  return { kind: 'form', fields: { ...fields }, bytes: () => file };
}

function checkPicture(bytes: Buffer, what: string): void {
  if (isPicture(bytes)) return;
  throw new LookoutError('unsupported_media_type', `${what} is no JPEG, PNG or WebP`, {
    hint: 'Send a picture as image/*, in a form, or in base64 as JSON {"image_data": …}.',
  });
}

/** Errors of the form's parser, by its codes; those of a client that went away in the middle are nobody's. */
function formError(error: unknown): unknown {
  if (error instanceof LookoutError) return error;
  const { code } = error as { code?: string };
  if (code === 'FST_REQ_FILE_TOO_LARGE') {
    return new LookoutError('payload_too_large', `The file is larger than ${maxImageBytes} bytes`);
  }
  if (code?.endsWith('_LIMIT'))
    return new LookoutError('payload_too_large', 'The form has too many or too large parts');
  return new LookoutError('bad_request', 'The form is not well formed', { cause: error });
}
