import { deflateSync, gzipSync } from 'node:zlib';
import { KServeProblem, ModelMetadata } from '@lookout/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeMessage } from '../../platform/kserve/message.js';
import { json, KServeApp, outputsOf, plain, tensors } from '../../testing/kserve-app.js';

let kserve: KServeApp;
beforeAll(async () => {
  kserve = await KServeApp.start();
}, 120_000);
afterAll(() => kserve?.close());

describe('metadata', () => {
  it('tells what the server is and that it lives', async () => {
    const get = async (path: string) => (await fetch(kserve.app.base + path)).json();
    expect(await get('/v2')).toEqual({ name: 'lookout', version: '9', extensions: ['binary_tensor_data'] });
    expect(await get('/v2/health/live')).toEqual({ live: true });
    expect(await get('/v2/health/ready')).toEqual({ ready: true });
    expect(await get('/v2/models/road/ready')).toEqual({ name: 'road', ready: true });
    expect(await get('/v2/models/detect/versions/1/ready')).toEqual({ name: 'detect', ready: true });
  });

  it('tells the inputs and outputs of a file as it is, not as it is prepared', async () => {
    const metadata = ModelMetadata.parse(await (await fetch(`${kserve.app.base}/v2/models/road/versions/1`)).json());
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
    const metadata = ModelMetadata.parse(await (await fetch(`${kserve.app.base}/v2/models/nanodet-g`)).json());
    expect(metadata.inputs[0]).toEqual({ name: 'image', datatype: 'FP32', shape: [1, -1, -1, 3] });
    const types = ModelMetadata.parse(await (await fetch(`${kserve.app.base}/v2/models/types`)).json());
    expect(types.inputs.map(({ datatype }) => datatype)).toEqual(tensors.map(({ datatype }) => datatype));
  });

  it.each(['/v2/models/none', '/v2/models/road/versions/2', '/v2/models/none/ready'])(
    'knows nothing of %s',
    async (path) => {
      const response = await fetch(kserve.app.base + path);
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
    const plainly = outputsOf(await kserve.infer('types', message));
    for (const [encoding, body] of [
      ['gzip', gzipSync(message.body)],
      ['deflate', deflateSync(message.body)],
    ] as const) {
      const answer = await kserve.post('/v2/models/types/infer', body, {
        'Content-Encoding': encoding,
        'Inference-Header-Content-Length': message.headerLength!,
      });
      expect(answer.status).toBe(200);
      expect(plain(outputsOf(answer).tensors)).toEqual(plain(plainly.tensors));
    }
  });

  it('takes and gives every datatype as binary data', async () => {
    const answer = await kserve.infer(
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
    const answer = await kserve.infer(
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
      const answer = await kserve.post('/v2/models/road/versions/1/infer', json(request), { 'Content-Type': type });
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
    const answers = await Promise.all(wanted.map((one) => kserve.infer('types', one)));
    expect(answers.map((answer) => outputsOf(answer).response.id)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
    expect(message.body.length).toBeGreaterThan(0);
    await expect.poll(() => kserve.counts.released).toBe(kserve.counts.acquired);
  });
});
