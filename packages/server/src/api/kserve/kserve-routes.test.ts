import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { InferResponse, KServeProblem, LookoutError, ModelMetadata } from '@lookout/protocol';
import type { ModelInfo } from '@lookout/vision';
import { embeddedModel, resolveModel } from '@lookout/vision/models';
import { encodeModel, identityModel, tinyModel } from '@lookout/vision/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AnalysisPool } from '../../pipeline/analysis/analysis-pool.js';
import { Dispatcher } from '../../pipeline/analysis/dispatcher.js';
import { checkMessage, encodeMessage, readTensors, splitMessage } from '../../platform/kserve/message.js';
import type { KServeTensor } from '../../platform/kserve/tensor.js';
import { startTestApp, type TestApp } from '../../testing/test-app.js';
import { UploadLimit } from '../http/upload-limit.js';
import { kserveRoutes } from './kserve-routes.js';
import { TensorService } from './tensor-service.js';

// Real workers and models behind the real HTTP app; what a whole server adds is tested end to end.

const directory = mkdtempSync(join(tmpdir(), 'lookout-kserve-'));
let pool: AnalysisPool;
let app: TestApp;
let service: TensorService;
const models = new Map<string, ModelInfo>();
/** One for all ways in. */
const uploads = new UploadLimit();
let acquired = 0;
let released = 0;

const everyType = {
  bool: { type: 'bool', shape: [2] },
  u8: { type: 'uint8', shape: ['n'] },
  u16: { type: 'uint16', shape: ['n'] },
  u32: { type: 'uint32', shape: ['n'] },
  u64: { type: 'uint64', shape: ['n'] },
  i8: { type: 'int8', shape: ['n'] },
  i16: { type: 'int16', shape: ['n'] },
  i32: { type: 'int32', shape: ['n'] },
  i64: { type: 'int64', shape: ['n'] },
  half: { type: 'float16', shape: ['n'] },
  float: { type: 'float32', shape: ['n', 2] },
  double: { type: 'float64', shape: ['n'] },
  text: { type: 'string', shape: ['n'] },
} as const;

const tensors: KServeTensor[] = [
  { name: 'bool', datatype: 'BOOL', shape: [2], data: Uint8Array.of(1, 0) },
  { name: 'u8', datatype: 'UINT8', shape: [3], data: Uint8Array.of(0, 7, 255) },
  { name: 'u16', datatype: 'UINT16', shape: [2], data: Uint16Array.of(1, 65_535) },
  { name: 'u32', datatype: 'UINT32', shape: [1], data: Uint32Array.of(4_294_967_295) },
  { name: 'u64', datatype: 'UINT64', shape: [1], data: BigUint64Array.of(18_446_744_073_709_551_615n) },
  { name: 'i8', datatype: 'INT8', shape: [2], data: Int8Array.of(-128, 127) },
  { name: 'i16', datatype: 'INT16', shape: [2], data: Int16Array.of(-32_768, 32_767) },
  { name: 'i32', datatype: 'INT32', shape: [2], data: Int32Array.of(-1, 2) },
  { name: 'i64', datatype: 'INT64', shape: [1], data: BigInt64Array.of(-9_223_372_036_854_775_808n) },
  { name: 'half', datatype: 'FP16', shape: [2], data: Uint16Array.of(0x3c00, 0xc000) },
  { name: 'float', datatype: 'FP32', shape: [2, 2], data: Float32Array.of(0.1, -2.5, 1e-30, Number.NaN) },
  { name: 'double', datatype: 'FP64', shape: [1], data: Float64Array.of(-1e300) },
  { name: 'text', datatype: 'BYTES', shape: [2], data: [Buffer.from('Straße'), Buffer.from('')] },
];

beforeAll(async () => {
  const embedded = embeddedModel();
  const road = join(directory, 'road.onnx');
  const score = { shape: [1, 7, 84], values: new Float32Array(7 * 84) };
  writeFileSync(
    road,
    encodeModel(tinyModel({ outputs: { output0: score }, metadata: { names: "{0: 'a', 1: 'b', 2: 'c'}" } })),
  );
  const types = join(directory, 'types.onnx');
  writeFileSync(types, identityModel(everyType));
  models.set('nanodet-g', embedded);
  models.set('road', await resolveModel(road, { modelsDir: directory }));
  models.set('types', { ...embedded, name: 'types', path: types, raw: true });
  pool = await AnalysisPool.start({ model: embedded, workers: 1 });
  for (const name of ['road', 'types']) await pool.load(models.get(name)!, 'cpu');
  const dispatcher = new Dispatcher(pool, () => performance.now());
  pool.onIdle = () => dispatcher.kick();
  const served = {
    acquire: async (name: string) => {
      const model = models.get(name);
      if (!model) throw new LookoutError('model_not_found', `There is no model ${name}`);
      acquired++;
      return { model, release: () => void released++ };
    },
  };
  service = new TensorService({ models: served, pool, dispatcher, wantedFps: 30, now: () => performance.now() });
  const pictures = {
    detect: () => Promise.reject(new Error('not asked here')),
    health: () => ({ status: 'ok' as const, model: 'nanodet-g', device: 'cpu', uptime_s: 0 }),
  };
  app = await startTestApp({
    app: { plugins: [kserveRoutes({ tensors: service, pictures, uploads, version: '9' })] },
  });
}, 120_000);
afterAll(async () => {
  await app?.close();
  service?.close();
  await pool?.close();
  rmSync(directory, { recursive: true, force: true });
});

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/** Without the headers that `fetch` makes up. */
function post(path: string, body: Uint8Array, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(app.base + path, { method: 'POST', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

const json = (value: unknown) => Buffer.from(JSON.stringify(value));

function infer(model: string, message: ReturnType<typeof encodeMessage>): Promise<Answer> {
  const header = message.headerLength;
  return post(
    `/v2/models/${model}/infer`,
    message.body,
    header === undefined ? {} : { 'Inference-Header-Content-Length': header },
  );
}

function outputsOf({ body, headers }: Answer) {
  const { json: value, binary } = splitMessage(body, headers['inference-header-content-length'] as string | undefined);
  const response = checkMessage(InferResponse, value);
  return { response, tensors: readTensors('outputs', response.outputs, binary, 1e7) };
}

const plain = (all: readonly KServeTensor[]) =>
  all.map(({ data, ...rest }) => ({
    ...rest,
    data: Array.isArray(data) ? data.map((one) => Buffer.from(one).toString()) : data,
  }));

describe('metadata', () => {
  it('tells what the server is and that it lives', async () => {
    const get = async (path: string) => (await fetch(app.base + path)).json();
    expect(await get('/v2')).toEqual({ name: 'lookout', version: '9', extensions: ['binary_tensor_data'] });
    expect(await get('/v2/health/live')).toEqual({ live: true });
    expect(await get('/v2/health/ready')).toEqual({ ready: true });
    expect(await get('/v2/models/road/ready')).toEqual({ name: 'road', ready: true });
    expect(await get('/v2/models/detect/versions/1/ready')).toEqual({ name: 'detect', ready: true });
  });

  it('tells the inputs and outputs of a file as it is, not as it is prepared', async () => {
    const metadata = ModelMetadata.parse(await (await fetch(`${app.base}/v2/models/road/versions/1`)).json());
    expect(metadata).toMatchObject({
      name: 'road',
      versions: ['1'],
      platform: 'onnxruntime_onnx',
      inputs: [{ name: 'images', datatype: 'FP32', shape: [1, 3, 64, 64] }],
      outputs: [{ name: 'output0', datatype: 'FP32', shape: [1, 7, 84] }],
    });
    expect(JSON.parse(String(metadata.parameters?.detector))).toEqual({
      names: ['a', 'b', 'c'],
      format: 'yolov8',
      letterbox: 'center',
      fill: 114,
      layout: 'RGB',
      scale: 1 / 255,
      mean: [0, 0, 0],
      std: [1, 1, 1],
    });
  });

  it('tells free dimensions', async () => {
    const metadata = ModelMetadata.parse(await (await fetch(`${app.base}/v2/models/nanodet-g`)).json());
    expect(metadata.inputs[0]).toEqual({ name: 'image', datatype: 'FP32', shape: [1, -1, -1, 3] });
    const types = ModelMetadata.parse(await (await fetch(`${app.base}/v2/models/types`)).json());
    expect(types.inputs.map(({ datatype }) => datatype)).toEqual(tensors.map(({ datatype }) => datatype));
  });

  it.each(['/v2/models/none', '/v2/models/road/versions/2', '/v2/models/none/ready'])(
    'knows nothing of %s',
    async (path) => {
      const response = await fetch(app.base + path);
      expect(response.status).toBe(404);
      const document = KServeProblem.parse(await response.json());
      expect(document.error).toBe(document.detail);
    },
  );
});

describe('infer', () => {
  it('takes what Triton’s clients send: compressed bodies, priority and timeout', async () => {
    const parameters = { binary_data_output: true, priority: 1, timeout: 5_000_000 };
    const message = encodeMessage('inputs', { parameters }, tensors, () => true);
    const plainly = outputsOf(await infer('types', message));
    for (const [encoding, body] of [
      ['gzip', gzipSync(message.body)],
      ['deflate', deflateSync(message.body)],
    ] as const) {
      const answer = await post('/v2/models/types/infer', body, {
        'Content-Encoding': encoding,
        'Inference-Header-Content-Length': message.headerLength!,
      });
      expect(answer.status).toBe(200);
      expect(plain(outputsOf(answer).tensors)).toEqual(plain(plainly.tensors));
    }
  });

  it('takes and gives every datatype as binary data', async () => {
    const answer = await infer(
      'types',
      encodeMessage('inputs', { id: 'a-1', parameters: { binary_data_output: true } }, tensors, () => true),
    );
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/octet-stream');
    const { response, tensors: outputs } = outputsOf(answer);
    expect(response).toMatchObject({ id: 'a-1', model_name: 'types', model_version: '1' });
    expect(plain(outputs)).toEqual(plain(tensors).map((tensor) => ({ ...tensor, name: `${tensor.name}_out` })));
  });

  it('gives the outputs that are asked for, in their order, each as it is asked for', async () => {
    const fields = {
      parameters: { binary_data_output: true },
      outputs: [{ name: 'text_out', parameters: { binary_data: false } }, { name: 'half_out' }],
    };
    const answer = await infer(
      'types',
      encodeMessage(
        'inputs',
        fields,
        tensors,
        (name) => name === 'float' || name === 'half' || name === 'i64' || name === 'u64',
      ),
    );
    const { response } = outputsOf(answer);
    expect(response.outputs).toEqual([
      { name: 'text_out', datatype: 'BYTES', shape: [2], data: ['Straße', ''] },
      { name: 'half_out', datatype: 'FP16', shape: [2], parameters: { binary_data_size: 4 } },
    ]);
  });

  it('takes and gives JSON, whatever it is called', async () => {
    const data = Array.from({ length: 3 * 64 * 64 }, (_, i) => i / 9);
    const request = { inputs: [{ name: 'images', shape: [1, 3, 64, 64], datatype: 'FP32', data }] };
    for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
      const answer = await post('/v2/models/road/versions/1/infer', json(request), { 'Content-Type': type });
      expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
      const { tensors: outputs } = outputsOf(answer);
      expect(outputs).toEqual([
        { name: 'output0', datatype: 'FP32', shape: [1, 7, 84], data: new Float32Array(7 * 84) },
      ]);
    }
  });

  it('answers several at once', async () => {
    const message = encodeMessage('inputs', {}, tensors, () => true);
    const wanted = Array.from({ length: 8 }, (_, i) =>
      encodeMessage('inputs', { id: String(i), outputs: [{ name: 'u8_out' }] }, tensors, () => true),
    );
    const answers = await Promise.all(wanted.map((one) => infer('types', one)));
    expect(answers.map((answer) => outputsOf(answer).response.id)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
    expect(message.body.length).toBeGreaterThan(0);
    await expect.poll(() => released).toBe(acquired);
  });
});

describe('what can not be answered', () => {
  const road = (more: object) => ({
    inputs: [{ name: 'images', shape: [1, 3, 64, 64], datatype: 'FP32', data: [], ...more }],
  });
  const floor = { name: 'lookout_floor', shape: [1], datatype: 'FP32', data: [0.5] };
  const image = (height: number, width: number) => ({
    inputs: [
      {
        name: 'image',
        shape: [1, height, width, 3],
        datatype: 'FP32',
        parameters: { binary_data_size: height * width * 3 * 4 },
      },
      floor,
    ],
  });

  it.each([
    ['an unknown input', 'road', road({ name: 'image' }), 400, 'inputs.0.name'],
    ['a missing input', 'nanodet-g', { inputs: [floor] }, 400, 'inputs'],
    ['an input twice', 'nanodet-g', { inputs: [floor, floor] }, 400, 'inputs.1.name'],
    ['another datatype', 'road', road({ datatype: 'UINT8' }), 400, 'inputs.0.datatype'],
    ['another rank', 'road', road({ shape: [3, 64, 64] }), 400, 'inputs.0.shape'],
    ['another size', 'road', road({ shape: [1, 3, 64, 65] }), 400, 'inputs.0.shape'],
    ['fewer numbers than the shape says', 'road', road({ data: [1, 2] }), 400, 'inputs.0.data'],
    ['an unknown output', 'road', { ...road({}), outputs: [{ name: 'boxes' }] }, 400, 'outputs.0.name'],
    [
      'an output twice',
      'road',
      { ...road({}), outputs: [{ name: 'output0' }, { name: 'output0' }] },
      400,
      'outputs.1.name',
    ],
    [
      'a parameter that is not known',
      'road',
      { ...road({}), parameters: { sequence_id: 3 } },
      400,
      'parameters.sequence_id',
    ],
    [
      'a setting of pictures',
      'road',
      { ...road({}), parameters: { max_detections: 3 } },
      400,
      'parameters.max_detections',
    ],
    [
      'binary data that do not follow',
      'road',
      road({ data: undefined, parameters: { binary_data_size: 49_152 } }),
      400,
      'inputs.0.parameters.binary_data_size',
    ],
    ['nothing', 'road', undefined, 400, undefined],
    ['an unknown model', 'roads', road({}), 404, undefined],
  ])('%s', async (_name, model, request, status, field) => {
    const answer = await post(`/v2/models/${model}/infer`, request === undefined ? Buffer.alloc(0) : json(request));
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    const document = KServeProblem.parse(JSON.parse(answer.body.toString()));
    expect(document.errors?.[0]?.field).toBe(field);
    expect(document.error).toBe(document.detail);
  });

  it('sizes that the graph can not take are the mistake of who sent them', async () => {
    const head = json(image(33, 47));
    const body = Buffer.concat([head, new Uint8Array(33 * 47 * 3 * 4)]);
    const answer = await post('/v2/models/nanodet-g/infer', body, {
      'Inference-Header-Content-Length': String(head.length),
    });
    expect(answer.status).toBe(400);
    expect(KServeProblem.parse(JSON.parse(answer.body.toString())).hint).toContain('sizes');
  });

  it('tensors over the bound, and bodies over theirs', async () => {
    const head = json(image(1281, 1281));
    const answer = await post(
      '/v2/models/nanodet-g/infer',
      Buffer.concat([head, new Uint8Array(1281 * 1281 * 3 * 4)]),
      {
        'Inference-Header-Content-Length': String(head.length),
      },
    );
    expect(KServeProblem.parse(JSON.parse(answer.body.toString())).errors?.[0]?.field).toBe('inputs.0.shape');
    const large = await post('/v2/models/road/infer', new Uint8Array(15 * 1024 * 1024));
    expect(large.status).toBe(413);
  });

  it('more than may be uploaded at once, whatever way the rest of it comes in', async () => {
    const megabyte = 1024 * 1024;
    const others = [1, 2, 3, 4].map((host) => uploads.begin(`192.0.2.${host}`, 64 * megabyte));
    const refused = await post('/v2/models/road/infer', Buffer.of(1));
    expect([refused.status, KServeProblem.parse(JSON.parse(refused.body.toString())).code]).toEqual([
      429,
      'too_many_requests',
    ]);
    for (const end of others) end();
    expect(uploads.bytes).toBe(0);
  });

  it('texts that are no UTF-8', async () => {
    const bad = tensors.map((tensor) =>
      tensor.name === 'text' ? { ...tensor, data: [Buffer.of(0xff), Buffer.of()] } : tensor,
    );
    const answer = await infer(
      'types',
      encodeMessage('inputs', {}, bad, () => true),
    );
    expect(KServeProblem.parse(JSON.parse(answer.body.toString())).errors?.[0]?.field).toBe('inputs.12');
  });

  it('NaN as JSON, and bodies that are not what their encoding says', async () => {
    const answer = await infer(
      'types',
      encodeMessage('inputs', { outputs: [{ name: 'float_out' }] }, tensors, () => true),
    );
    expect(answer.status).toBe(400);
    expect(KServeProblem.parse(JSON.parse(answer.body.toString())).error).toMatch(/NaN.*binary_data/);
    const send = (encoding: string, body: Uint8Array) =>
      post('/v2/models/road/infer', body, { 'Content-Encoding': encoding });
    const refused = async (encoding: string, body: Uint8Array) => {
      const { status, body: text } = await send(encoding, body);
      return [status, KServeProblem.parse(JSON.parse(text.toString())).error];
    };
    expect(await refused('gzip', Buffer.of(1))).toEqual([400, 'The body does not match its Content-Encoding']);
    expect(await refused('zstd', Buffer.of(1))).toEqual([415, expect.stringMatching(/gzip, deflate/)]);
    // A few kilobytes that would be 64 MB.
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(100_000);
    expect(await refused('gzip', bomb)).toEqual([413, expect.any(String)]);
  });

  it('paths that there are not, as clients of the protocol read it', async () => {
    for (const path of ['/v2/none', '/v2/models/road/none', '/v2/repository/index']) {
      const response = await fetch(app.base + path);
      const document = KServeProblem.parse(await response.json());
      expect([response.status, document.error]).toEqual([404, document.detail]);
    }
  });

  it('leaves the server as it was', async () => {
    expect((await fetch(`${app.base}/v2/models/types/ready`)).status).toBe(200);
    expect(app.log.filter((line) => line.includes('"level":50'))).toEqual([]);
    await expect.poll(() => released).toBe(acquired);
  });
});
