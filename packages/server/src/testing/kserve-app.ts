/** KServe routes for tests: real workers and models behind the real HTTP app. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferResponse, LookoutError } from '@lookout/protocol';
import type { ModelInfo } from '@lookout/vision';
import { embeddedModel, resolveModel } from '@lookout/vision/models';
import { encodeModel, identityModel, tinyModel } from '@lookout/vision/testing';
import { UploadLimit } from '../api/http/upload-limit.js';
import { kserveRoutes } from '../api/kserve/kserve-routes.js';
import { TensorService } from '../api/kserve/tensor-service.js';
import { AnalysisPool } from '../pipeline/analysis/analysis-pool.js';
import { Dispatcher } from '../pipeline/analysis/dispatcher.js';
import { checkMessage, type encodeMessage, readTensors, splitMessage } from '../platform/kserve/message.js';
import type { KServeTensor } from '../platform/kserve/tensor.js';
import { startTestApp, type TestApp } from './test-app.js';

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

export const tensors: KServeTensor[] = [
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

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/** The app, with the models nanodet-g, road and types. */
export class KServeApp {
  /** How often a model was acquired and released. */
  readonly counts: { readonly acquired: number; readonly released: number };

  private constructor(
    readonly app: TestApp,
    /** Shared by every upload route. */
    readonly uploads: UploadLimit,
    counts: KServeApp['counts'],
    readonly close: () => Promise<void>,
  ) {
    this.counts = counts;
  }

  static async start(): Promise<KServeApp> {
    const directory = mkdtempSync(join(tmpdir(), 'lookout-kserve-'));
    const models = new Map<string, ModelInfo>();
    const uploads = new UploadLimit();
    const counts = { acquired: 0, released: 0 };
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
    const pool = await AnalysisPool.start({ model: embedded, workers: 1 });
    for (const name of ['road', 'types']) await pool.load(models.get(name)!, 'cpu');
    const dispatcher = new Dispatcher(pool, () => performance.now());
    pool.onIdle = () => dispatcher.kick();
    const served = {
      acquire: async (name: string) => {
        const model = models.get(name);
        if (!model) throw new LookoutError('model_not_found', `There is no model ${name}`);
        counts.acquired++;
        return { model, release: () => void counts.released++ };
      },
    };
    const service = new TensorService({
      models: served,
      pool,
      dispatcher,
      wantedFps: 30,
      now: () => performance.now(),
    });
    const pictures = {
      detect: () => Promise.reject(new Error('not asked here')),
      health: () => ({ status: 'ok' as const, model: 'nanodet-g', device: 'cpu', uptime_s: 0 }),
    };
    const app = await startTestApp({
      app: { plugins: [kserveRoutes({ tensors: service, pictures, model: () => embedded, uploads, version: '9' })] },
    });
    return new KServeApp(app, uploads, counts, async () => {
      await app.close();
      service.close();
      await pool.close();
      rmSync(directory, { recursive: true, force: true });
    });
  }

  /** Without the headers that `fetch` makes up. */
  post(path: string, body: Uint8Array, headers: Record<string, string> = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const request = httpRequest(this.app.base + path, { method: 'POST', headers }, (response) => {
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

  infer(model: string, message: ReturnType<typeof encodeMessage>): Promise<Answer> {
    const header = message.headerLength;
    return this.post(
      `/v2/models/${model}/infer`,
      message.body,
      header === undefined ? {} : { 'Inference-Header-Content-Length': header },
    );
  }
}

export const json = (value: unknown) => Buffer.from(JSON.stringify(value));

export function outputsOf({ body, headers }: Answer) {
  const { json: value, binary } = splitMessage(body, headers['inference-header-content-length'] as string | undefined);
  const response = checkMessage(InferResponse, value);
  return { response, tensors: readTensors('outputs', response.outputs, binary, 1e7) };
}

export const plain = (all: readonly KServeTensor[]) =>
  all.map(({ data, ...rest }) => ({
    ...rest,
    data: Array.isArray(data) ? data.map((one) => Buffer.from(one).toString()) : data,
  }));
