import { gzipSync } from 'node:zlib';
import { KServeProblem } from '@lookout/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeMessage } from '../../platform/kserve/message.js';
import { json, KServeApp, tensors } from '../../testing/kserve-app.js';

let kserve: KServeApp;
beforeAll(async () => {
  kserve = await KServeApp.start();
}, 120_000);
afterAll(() => kserve?.close());

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
    const answer = await kserve.post(
      `/v2/models/${model}/infer`,
      request === undefined ? Buffer.alloc(0) : json(request),
    );
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    const document = KServeProblem.parse(JSON.parse(answer.body.toString()));
    expect(document.errors?.[0]?.field).toBe(field);
    expect(document.error).toBe(document.detail);
  });

  it('sizes that the graph can not take are the mistake of who sent them', async () => {
    const head = json(image(33, 47));
    const body = Buffer.concat([head, new Uint8Array(33 * 47 * 3 * 4)]);
    const answer = await kserve.post('/v2/models/nanodet-g/infer', body, {
      'Inference-Header-Content-Length': String(head.length),
    });
    expect(answer.status).toBe(400);
    expect(KServeProblem.parse(JSON.parse(answer.body.toString())).hint).toContain('sizes');
  });

  it('tensors over the bound, and bodies over theirs', async () => {
    const head = json(image(1281, 1281));
    const answer = await kserve.post(
      '/v2/models/nanodet-g/infer',
      Buffer.concat([head, new Uint8Array(1281 * 1281 * 3 * 4)]),
      {
        'Inference-Header-Content-Length': String(head.length),
      },
    );
    expect(KServeProblem.parse(JSON.parse(answer.body.toString())).errors?.[0]?.field).toBe('inputs.0.shape');
    const large = await kserve.post('/v2/models/road/infer', new Uint8Array(15 * 1024 * 1024));
    expect(large.status).toBe(413);
  });

  it('more than may be uploaded at once, whatever way the rest of it comes in', async () => {
    const megabyte = 1024 * 1024;
    const others = [1, 2, 3, 4].map((host) => kserve.uploads.begin(`192.0.2.${host}`, 64 * megabyte));
    const refused = await kserve.post('/v2/models/road/infer', Buffer.of(1));
    expect([refused.status, KServeProblem.parse(JSON.parse(refused.body.toString())).code]).toEqual([
      429,
      'too_many_requests',
    ]);
    for (const end of others) end();
    expect(kserve.uploads.bytes).toBe(0);
  });

  it('texts that are no UTF-8', async () => {
    const bad = tensors.map((tensor) =>
      tensor.name === 'text' ? { ...tensor, data: [Buffer.of(0xff), Buffer.of()] } : tensor,
    );
    const answer = await kserve.infer(
      'types',
      encodeMessage('inputs', {}, bad, () => true),
    );
    expect(KServeProblem.parse(JSON.parse(answer.body.toString())).errors?.[0]?.field).toBe('inputs.12');
  });

  it('NaN as JSON, and bodies that are not what their encoding says', async () => {
    const answer = await kserve.infer(
      'types',
      encodeMessage('inputs', { outputs: [{ name: 'float_out' }] }, tensors, () => true),
    );
    expect(answer.status).toBe(400);
    expect(KServeProblem.parse(JSON.parse(answer.body.toString())).error).toMatch(/NaN.*binary_data/);
    const send = (encoding: string, body: Uint8Array) =>
      kserve.post('/v2/models/road/infer', body, { 'Content-Encoding': encoding });
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
      const response = await fetch(kserve.app.base + path);
      const document = KServeProblem.parse(await response.json());
      expect([response.status, document.error]).toEqual([404, document.detail]);
    }
  });

  it('leaves the server as it was', async () => {
    expect((await fetch(`${kserve.app.base}/v2/models/types/ready`)).status).toBe(200);
    expect(kserve.app.log.filter((line) => line.includes('"level":50'))).toEqual([]);
    await expect.poll(() => kserve.counts.released).toBe(kserve.counts.acquired);
  });
});
