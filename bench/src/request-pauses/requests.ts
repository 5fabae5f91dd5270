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

const megabyte = 1024 * 1024;
/** Most bytes of a picture, and of JSON with one in base64. */
const pictureBytes = 10 * megabyte;
const jsonBytes = Math.ceil(pictureBytes / 3) * 4 + 64 * 1024;
const publishedBytes = 16 * megabyte;
const tensorBytes = 4 * 3 * 1280 * 1280;
const bodyBytes = 256 * 1024;

const json = { 'content-type': 'application/json' };
const text = (value: string) => new Uint8Array(Buffer.from(value));
const filled = (length: number, pattern: string) => pattern.repeat(Math.floor(length / pattern.length));

/** A JPEG of just so many bytes, most of them in segments that its application left there. */
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

/** A PNG of very many chunks, each of which is read before it is decoded. */
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

/** Every endpoint with a body, each with the largest ones it takes and the dearest that it has to refuse. */
export function requests(model: string, publish: string): Case[] {
  const picture = largeJpeg(pictureBytes);
  const base64 = picture.toString('base64');
  const upload = (image: string) => text(`{"image_data":"${image}"}`);
  const hostile: [string, Uint8Array<ArrayBuffer>][] = [
    ['nested arrays', text('['.repeat(jsonBytes))],
    ['nested objects', text(filled(jsonBytes, '{"a":'))],
    ['many numbers', text(`[${filled(jsonBytes - 3, '1,')}1]`)],
    ['many strings', text(filled(jsonBytes, '"a"'))],
    ['one string of escapes', text(`{"image_data":"${filled(jsonBytes - 20, '\\"')}"}`)],
    ['spaces', text(' '.repeat(jsonBytes))],
    ['an open string', text(`{"image_data":"${'a'.repeat(jsonBytes - 20)}`)],
  ];
  const cases: Case[] = [
    { name: 'detect: picture in base64', path: '/api/detect', headers: json, body: upload(base64) },
    {
      name: 'detect: base64 with escaped slashes',
      path: '/api/detect',
      headers: json,
      body: upload(base64.slice(0, -megabyte).replaceAll('/', '\\/')),
    },
    {
      name: 'detect: base64 in lines',
      path: '/api/detect',
      headers: json,
      body: upload(base64.slice(0, -megabyte).replace(/.{76}/g, '$&\\n')),
    },
    {
      name: 'detect: base64, all escaped',
      path: '/api/detect',
      headers: json,
      body: upload(filled(jsonBytes - 20, '\\u0041')),
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
      ...form(Buffer.from(filled(pictureBytes, '\r\n----'))),
    },
    { name: 'DeepStack: form', path: '/v1/vision/detection', ...form(picture) },
    { name: 'cameras: nested', path: '/api/cameras', headers: json, body: text('['.repeat(bodyBytes)) },
    {
      name: 'cameras: many keys',
      path: '/api/cameras',
      headers: json,
      body: text(`{${Array.from({ length: 9000 }, (_, i) => `"k${i}":1`).join(',')}}`),
    },
    {
      name: 'cameras: long address',
      path: '/api/cameras',
      headers: json,
      body: text(`{"url":"http://a/${filled(bodyBytes - 40, 'pass=')}"}`),
    },
    {
      name: 'sessions: many classes',
      path: '/stream/sessions',
      headers: json,
      body: text(`{"classes":[${Array.from({ length: 9000 }, (_, i) => `"c${i}"`).join(',')}]}`),
    },
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
      body: new Uint8Array(Buffer.concat([Buffer.from('{}'), Buffer.alloc(tensorBytes)])),
    },
    {
      name: 'socket of sessions: picture in base64',
      socket: '/stream/detection',
      message: `{"type":"frame","image_data":"${base64}"}`,
    },
    { name: 'socket of sessions: picture', socket: '/stream/detection', message: picture },
    { name: 'publisher: picture', socket: publish, message: largeJpeg(publishedBytes) },
  ];
  for (const [name, body] of hostile) {
    cases.push({ name: `detect: ${name}`, path: '/api/detect', headers: json, body });
    cases.push({ name: `KServe detect: ${name}`, path: '/v2/models/detect/infer', body });
    cases.push({ name: `KServe model: ${name}`, path: `/v2/models/${model}/infer`, body });
    cases.push({
      name: `socket of sessions: ${name}`,
      socket: '/stream/detection',
      message: Buffer.from(body).toString(),
    });
    cases.push({ name: `publisher: ${name}`, socket: publish, message: Buffer.from(body).toString() });
  }
  return cases;
}
