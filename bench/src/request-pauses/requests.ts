import { pngChunk, syntheticJpeg } from '@lookout/media/testing';

/** One request at the limits of its endpoint. */
export type Case =
  | {
      name: string;
      method?: 'POST' | 'PATCH';
      path: string;
      headers?: Record<string, string>;
      body: Uint8Array<ArrayBuffer>;
    }
  | { name: string; socket: string; message: string | Uint8Array };

const MEGABYTE = 1024 * 1024;
/** Size limits of a picture, and of JSON that contains one in base64. */
const PICTURE_BYTES = 10 * MEGABYTE;
const JSON_BYTES = Math.ceil(PICTURE_BYTES / 3) * 4 + 64 * 1024;
const PUBLISHED_BYTES = 16 * MEGABYTE;
const TENSOR_BYTES = 4 * 3 * 1280 * 1280;
const BODY_BYTES = 256 * 1024;

const JSON_HEADERS = { 'content-type': 'application/json' };
const text = (value: string) => new Uint8Array(Buffer.from(value));
const filled = (length: number, pattern: string) => pattern.repeat(Math.floor(length / pattern.length));

/** A JPEG of exactly this size, most of it in application segments. */
function largeJpeg(bytes: number): Buffer {
  const jpeg = syntheticJpeg({ width: 640, height: 480 });
  const segments: Buffer[] = [];
  for (let left = bytes - jpeg.length; left > 0; ) {
    const length = Math.max(4, Math.min(65_537, left > 65_541 ? 65_537 : left));
    const segment = Buffer.from(Uint8Array.from({ length }, (_, i) => Math.imul(i, 2_654_435_761) >>> 24));
    segment.writeUInt16BE(0xffef, 0);
    segment.writeUInt16BE(length - 2, 2);
    segments.push(segment);
    left -= length;
  }
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
}

/** A PNG of many chunks, each of which is read before decoding. */
function choppedPng(chunks: number): Buffer {
  const header = Buffer.from([0, 0, 0, 64, 0, 0, 0, 48, 8, 2, 0, 0, 0]);
  const some = pngChunk('IDAT', Buffer.alloc(1000));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    ...new Array<Buffer>(chunks).fill(some),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

function form(file: Uint8Array): { headers: Record<string, string>; body: Uint8Array<ArrayBuffer> } {
  const boundary = '----x';
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n`;
  const body = new Uint8Array(Buffer.concat([Buffer.from(head), file, Buffer.from(`\r\n--${boundary}--\r\n`)]));
  return { headers: { 'content-type': `multipart/form-data; boundary=${boundary}` }, body };
}

/** Every endpoint with a body: for each, the largest requests that it accepts and the most expensive ones that it must refuse. */
export function requests(model: string, publish: string): Case[] {
  const picture = largeJpeg(PICTURE_BYTES);
  const base64 = picture.toString('base64');
  return [
    ...imageRequests(picture, base64),
    ...jsonRequests(),
    ...kserveRequests(model, picture, base64),
    ...socketRequests(publish, picture, base64),
    ...hostileRequests(model, publish),
  ];
}

function imageRequests(picture: Buffer, base64: string): Case[] {
  const upload = (image: string) => text(`{"image_data":"${image}"}`);
  return [
    { name: 'detect: picture in base64', path: '/api/detect', headers: JSON_HEADERS, body: upload(base64) },
    {
      name: 'detect: base64 with escaped slashes',
      path: '/api/detect',
      headers: JSON_HEADERS,
      body: upload(base64.slice(0, -MEGABYTE).replaceAll('/', '\\/')),
    },
    {
      name: 'detect: base64 in lines',
      path: '/api/detect',
      headers: JSON_HEADERS,
      body: upload(base64.slice(0, -MEGABYTE).replace(/.{76}/g, '$&\\n')),
    },
    {
      name: 'detect: base64, all escaped',
      path: '/api/detect',
      headers: JSON_HEADERS,
      body: upload(filled(JSON_BYTES - 20, '\\u0041')),
    },
    {
      name: 'detect: picture',
      path: '/api/detect',
      headers: { 'content-type': 'image/jpeg' },
      body: new Uint8Array(picture),
    },
    {
      name: 'detect: PNG of many chunks',
      path: '/api/detect',
      headers: { 'content-type': 'image/png' },
      body: new Uint8Array(choppedPng(9990)),
    },
    { name: 'detect: form', path: '/api/detect', ...form(picture) },
    {
      name: 'detect: form full of boundaries',
      path: '/api/detect',
      ...form(Buffer.from(filled(PICTURE_BYTES, '\r\n----'))),
    },
    { name: 'DeepStack: form', path: '/v1/vision/detection', ...form(picture) },
  ];
}

function jsonRequests(): Case[] {
  return [
    { name: 'cameras: nested', path: '/api/cameras', headers: JSON_HEADERS, body: text('['.repeat(BODY_BYTES)) },
    {
      name: 'cameras: many keys',
      path: '/api/cameras',
      headers: JSON_HEADERS,
      body: text(`{${Array.from({ length: 9000 }, (_, i) => `"k${i}":1`).join(',')}}`),
    },
    {
      name: 'cameras: long address',
      path: '/api/cameras',
      headers: JSON_HEADERS,
      body: text(`{"url":"http://a/${filled(BODY_BYTES - 40, 'pass=')}"}`),
    },
    {
      name: 'sessions: many classes',
      path: '/stream/sessions',
      headers: JSON_HEADERS,
      body: text(`{"classes":[${Array.from({ length: 9000 }, (_, i) => `"c${i}"`).join(',')}]}`),
    },
  ];
}

function kserveRequests(model: string, picture: Buffer, base64: string): Case[] {
  return [
    {
      name: 'KServe detect: picture in base64',
      path: '/v2/models/detect/infer',
      body: text(JSON.stringify({ inputs: [{ name: 'image', datatype: 'BYTES', shape: [1], data: [base64] }] })),
    },
    {
      name: 'KServe detect: picture',
      path: '/v2/models/detect/infer',
      headers: { 'Inference-Header-Content-Length': '0' },
      body: new Uint8Array(picture),
    },
    {
      name: 'KServe model: a million numbers',
      path: `/v2/models/${model}/infer`,
      body: text(
        JSON.stringify({
          inputs: [
            {
              name: 'x',
              datatype: 'FP32',
              shape: [1, 1_000_000],
              data: Array.from({ length: 1_000_000 }, (_, i) => i % 1000),
            },
          ],
        }),
      ),
    },
    {
      name: 'KServe model: binary',
      path: `/v2/models/${model}/infer`,
      headers: { 'Inference-Header-Content-Length': '2' },
      body: new Uint8Array(Buffer.concat([Buffer.from('{}'), Buffer.alloc(TENSOR_BYTES)])),
    },
  ];
}

function socketRequests(publish: string, picture: Buffer, base64: string): Case[] {
  return [
    {
      name: 'socket of sessions: picture in base64',
      socket: '/stream/detection',
      message: `{"type":"frame","image_data":"${base64}"}`,
    },
    { name: 'socket of sessions: picture', socket: '/stream/detection', message: picture },
    { name: 'publisher: picture', socket: publish, message: largeJpeg(PUBLISHED_BYTES) },
  ];
}

/** Bodies that no endpoint accepts, sent to each that parses JSON. */
function hostileRequests(model: string, publish: string): Case[] {
  const hostile: [string, Uint8Array<ArrayBuffer>][] = [
    ['nested arrays', text('['.repeat(JSON_BYTES))],
    ['nested objects', text(filled(JSON_BYTES, '{"a":'))],
    ['many numbers', text(`[${filled(JSON_BYTES - 3, '1,')}1]`)],
    ['many strings', text(filled(JSON_BYTES, '"a"'))],
    ['one string of escapes', text(`{"image_data":"${filled(JSON_BYTES - 20, '\\"')}"}`)],
    ['spaces', text(' '.repeat(JSON_BYTES))],
    ['an open string', text(`{"image_data":"${'a'.repeat(JSON_BYTES - 20)}`)],
  ];
  return hostile.flatMap(([name, body]) => {
    const message = Buffer.from(body).toString();
    return [
      { name: `detect: ${name}`, path: '/api/detect', headers: JSON_HEADERS, body },
      { name: `KServe detect: ${name}`, path: '/v2/models/detect/infer', body },
      { name: `KServe model: ${name}`, path: `/v2/models/${model}/infer`, body },
      { name: `socket of sessions: ${name}`, socket: '/stream/detection', message },
      { name: `publisher: ${name}`, socket: publish, message },
    ];
  });
}
