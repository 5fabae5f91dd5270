import { DetectionHealth, ImageDetections, InferResponse, KServeProblem, ModelMetadata } from '@lookout/protocol';
import { encodeModel, tinyModel } from '@lookout/vision/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LookoutProcess } from './support/lookout-process.js';
import { addModels } from './support/models.js';
import { sharedLookout } from './support/shared-lookout.js';
import { startLookout, streetJpegs } from './support/start.js';

let street: Buffer[];
let lookout: LookoutProcess;

beforeAll(async () => {
  street = (await streetJpegs()).slice(0, 3).map((jpeg) => Buffer.from(jpeg));
  lookout = await sharedLookout('file');
});

interface Tensor {
  name: string;
  shape: number[];
  datatype: string;
  data?: unknown[];
  /** Of the answer's binary data. */
  bytes?: Buffer;
}

/** Written against the protocol's text, not with the product's own code: JSON, then the binary data of the inputs in their order. */
async function infer(
  server: LookoutProcess,
  model: string,
  request: { inputs: object[]; [key: string]: unknown },
  binary: Buffer[] = [],
): Promise<{ response: InferResponse; outputs: Map<string, Tensor> }> {
  const head = Buffer.from(JSON.stringify(request));
  const response = await server.fetch(`/v2/models/${model}/infer`, {
    method: 'POST',
    headers: binary.length > 0 ? { 'Inference-Header-Content-Length': String(head.length) } : {},
    body: Uint8Array.from(Buffer.concat([head, ...binary])),
  });
  const body = Buffer.from(await response.arrayBuffer());
  if (response.status !== 200) throw new Error(`${response.status} ${body}`);
  const headerLength = Number(response.headers.get('Inference-Header-Content-Length') ?? body.length);
  const json = InferResponse.parse(JSON.parse(body.subarray(0, headerLength).toString()));
  const outputs = new Map<string, Tensor>();
  let at = headerLength;
  for (const output of json.outputs) {
    const size = output.parameters?.binary_data_size;
    outputs.set(output.name, size === undefined ? output : { ...output, bytes: body.subarray(at, at + size) });
    at += size ?? 0;
  }
  expect(at).toBe(body.length);
  return { response: json, outputs };
}

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes]);
}

async function detect(server: LookoutProcess, jpeg: Buffer, query = ''): Promise<ImageDetections> {
  const response = await server.fetch(`/api/detect${query}`, {
    method: 'POST',
    headers: { 'Content-Type': 'image/jpeg' },
    body: Uint8Array.from(jpeg),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  return ImageDetections.parse(JSON.parse(text));
}

describe('the model of pictures', () => {
  it('finds in many pictures what /api/detect finds in each', async () => {
    const expected = await Promise.all(street.map((jpeg) => detect(lookout, jpeg, '?confidence_threshold=0.3')));
    const binary = street.map(withLength);
    const size = binary.reduce((sum, one) => sum + one.length, 0);
    const { response, outputs } = await infer(
      lookout,
      'detect',
      {
        id: 'street',
        parameters: { binary_data_output: true, confidence_threshold: 0.3 },
        inputs: [{ name: 'image', shape: [3], datatype: 'BYTES', parameters: { binary_data_size: size } }],
        outputs: [
          ...['boxes', 'scores', 'counts'].map((name) => ({ name })),
          ...['class_ids', 'class_names', 'sizes'].map((name) => ({ name, parameters: { binary_data: false } })),
        ],
      },
      binary,
    );
    const all = expected.flatMap(({ detections }) => detections);
    expect(all.length).toBeGreaterThan(0);
    expect(response.id).toBe('street');
    const floats = (name: string) => {
      const bytes = outputs.get(name)!.bytes!;
      return Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(i * 4));
    };
    expect(outputs.get('boxes')!.shape).toEqual([all.length, 4]);
    expect(floats('boxes')).toEqual(all.flatMap(({ bbox }) => bbox).map(Math.fround));
    expect(floats('scores')).toEqual(all.map(({ confidence }) => Math.fround(confidence)));
    const counts = outputs.get('counts')!.bytes!;
    expect([0, 1, 2].map((i) => counts.readInt32LE(i * 4))).toEqual(
      expected.map(({ detections }) => detections.length),
    );
    expect(outputs.get('class_ids')!.data).toEqual(all.map(({ class_id }) => class_id));
    expect(outputs.get('class_names')!.data).toEqual(all.map(({ class_name }) => class_name));
    expect(outputs.get('sizes')).toMatchObject({ shape: [3, 2], data: [640, 480, 640, 480, 640, 480] });
  });

  it('takes base64 as JSON, and a bare picture', async () => {
    const { detections } = await detect(lookout, street[0]!, '?classes=person');
    const { outputs } = await infer(lookout, 'detect/versions/1', {
      parameters: { classes: 'person' },
      inputs: [{ name: 'image', shape: [1], datatype: 'BYTES', data: [street[0]!.toString('base64')] }],
    });
    expect(outputs.get('counts')!.data).toEqual([detections.length]);
    const bare = await lookout.fetch('/v2/models/detect/infer', {
      method: 'POST',
      headers: { 'Inference-Header-Content-Length': '0' },
      body: Uint8Array.from(street[0]!),
    });
    const response = InferResponse.parse(await bare.json());
    expect(response.outputs.map(({ name }) => name)).toEqual([
      'boxes',
      'scores',
      'class_ids',
      'class_names',
      'counts',
      'sizes',
    ]);
  });

  const picture = (more: object) => ({
    inputs: [{ name: 'image', shape: [1], datatype: 'BYTES', data: ['AAAA'], ...more }],
  });
  it.each([
    ['no picture', picture({}), 'inputs.0.data.0'],
    ['no base64', picture({ data: ['%%%'] }), 'inputs.0.data.0'],
    ['no pictures at all', picture({ shape: [0], data: [] }), 'inputs.0.shape'],
    ['more pictures than are taken', picture({ shape: [17], data: Array(17).fill('AAAA') }), 'inputs.0.shape'],
    ['numbers', picture({ datatype: 'UINT8', data: [1] }), 'inputs.0.datatype'],
    ['another rank', picture({ shape: [1, 1] }), 'inputs.0.shape'],
    ['another output', { ...picture({}), outputs: [{ name: 'masks' }] }, 'outputs.0.name'],
    [
      'a threshold over 1',
      { ...picture({}), parameters: { confidence_threshold: 2 } },
      'parameters.confidence_threshold',
    ],
    ['an unknown setting', { ...picture({}), parameters: { treshold: 0.5 } }, 'parameters.treshold'],
  ])('refuses %s', async (_name, request, field) => {
    const response = await lookout.fetch('/v2/models/detect/infer', { method: 'POST', body: JSON.stringify(request) });
    expect(response.status).toBe(400);
    const document = KServeProblem.parse(await response.json());
    expect(document.errors?.[0]?.field).toBe(field);
    expect(document.error).toBe(document.detail);
  });
});

it('is described with its routes', async () => {
  const { paths } = await lookout.json<{ paths: Record<string, unknown> }>('/openapi.json');
  const ours = Object.keys(paths).filter((path) => path.startsWith('/v2'));
  expect(ours.sort()).toEqual([
    '/v2',
    '/v2/health/live',
    '/v2/health/ready',
    '/v2/models/{model}',
    '/v2/models/{model}/infer',
    '/v2/models/{model}/ready',
    '/v2/models/{model}/versions/{version}',
    '/v2/models/{model}/versions/{version}/infer',
    '/v2/models/{model}/versions/{version}/ready',
  ]);
});

describe('a model of its own', () => {
  it('is served as its file is', async () => {
    const values = new Float32Array(6 * 84).map((_, i) => i / 7);
    const file = encodeModel(
      tinyModel({ outputs: { output0: { shape: [1, 6, 84], values } }, metadata: { names: "{0: 'a', 1: 'b'}" } }),
    );
    addModels(lookout, { road: file });
    await lookout.send('POST', '/api/models/road/load', {});
    const metadata = ModelMetadata.parse(await lookout.json('/v2/models/road'));
    expect(metadata.inputs).toEqual([{ name: 'images', datatype: 'FP32', shape: [1, 3, 64, 64] }]);
    const pixels = Buffer.alloc(4 * 3 * 64 * 64);
    const { outputs } = await infer(
      lookout,
      'road',
      {
        parameters: { binary_data_output: true },
        inputs: [
          { name: 'images', datatype: 'FP32', shape: [1, 3, 64, 64], parameters: { binary_data_size: pixels.length } },
        ],
      },
      [pixels],
    );
    expect(outputs.get('output0')!.bytes).toEqual(Buffer.from(values.buffer));
  });
});

describe('inference on another server', () => {
  const secret = 'geheim';
  const remote = (port: number, ...more: string[]) => [
    '--kserve-url',
    `http://user:${secret}@127.0.0.1:${port}`,
    '--kserve-model',
    'nanodet-g',
    ...more,
  ];

  it('finds what the same model finds here', async () => {
    const away = await startLookout({ args: remote(lookout.port) });
    for (const jpeg of street) {
      const [here, there] = [
        await detect(lookout, jpeg, '?confidence_threshold=0.2'),
        await detect(away, jpeg, '?confidence_threshold=0.2'),
      ];
      expect(here.detections.length).toBeGreaterThan(0);
      expect(there.detections).toEqual(here.detections);
    }
    const health = DetectionHealth.parse(await away.json('/stream/health'));
    expect(health).toMatchObject({ status: 'ok', model: 'nanodet-g@kserve', device: 'kserve' });
    const told = JSON.stringify([
      health,
      await away.json('/api/models'),
      await away.json('/v2/models/nanodet-g@kserve'),
    ]);
    expect(told + away.output.text).not.toContain(secret);
  });

  it('says what is wrong with the settings', async () => {
    const start = (...args: string[]) => startLookout({ args });
    await expect(start('--kserve-url', `http://u:${secret}@127.0.0.1:${lookout.port}`)).rejects.toThrow(/kserve.model/);
    const broken = start('--kserve-url', `ftp://u:${secret}@host`, '--kserve-model', 'm');
    await expect(broken).rejects.toThrow(/kserve.url: expected http/);
    await expect(broken).rejects.not.toThrow(secret);
  });
});
