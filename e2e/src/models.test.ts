import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  CreatedSession,
  DetectionHealth,
  DetectionResult,
  DetectionServerMessage,
  ImageDetections,
  Model,
  Problem,
  SystemInfo,
} from '@lookout/protocol';
import { oddModel } from '@lookout/vision/testing';
import { describe, expect, it } from 'vitest';
import { runLookout } from './support/lookout-process.js';
import { addModels, dataWith, jpegBody, names, roadModel } from './support/models.js';
import { scratchFolder } from './support/scratch-folder.js';
import { sharedLookout } from './support/shared-lookout.js';
import { RawSocket } from './support/socket.js';
import { startCamera, startLookout, streetJpegs } from './support/start.js';
import { until } from './support/until.js';

describe('a model for road damage', () => {
  it('is served with nothing but --model, and each session picks its classes', async () => {
    const path = join(scratchFolder(), 'best.onnx');
    writeFileSync(path, roadModel());
    const lookout = await startLookout({ args: ['--model', path] });
    const [street] = await streetJpegs();
    const [model] = await lookout.json<Model[]>('/api/models');
    expect(model).toMatchObject({ name: 'best', classes: ['crack', 'pothole'], default: true, loaded: true });
    expect(model).not.toHaveProperty('warning');
    expect(names(await lookout.json<ImageDetections>('/api/detect', jpegBody(street!)))).toEqual(['crack', 'pothole']);
    const open = (classes: string[]) => lookout.send<CreatedSession>('POST', '/stream/sessions', { classes });
    const [cracks, potholes] = [await open(['crack']), await open(['pothole'])];
    const detect = async ({ upload_endpoint }: CreatedSession) =>
      names((await lookout.json<DetectionResult>(`${upload_endpoint}?wait=true`, jpegBody(street!))).data);
    expect([await detect(cracks), await detect(potholes)]).toEqual([['crack'], ['pothole']]);
    await lookout.send('PATCH', `/stream/sessions/${cracks.client_id}/config`, { classes: null });
    // Its own rate: a frame is due a tenth of a second after the one before.
    await until('both classes after the change', async () => {
      const response = await lookout.fetch(`${cracks.upload_endpoint}?wait=true`, jpegBody(street!));
      return response.ok && names(((await response.json()) as DetectionResult).data).length === 2;
    });
    const refused = await lookout.fetch('/stream/sessions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"classes":["person"]}',
    });
    expect(refused.status).toBe(400);
    expect((await refused.json()) as Problem).toMatchObject({ errors: [{ field: 'classes.0' }] });
  });
});

/** Sends a picture with each answer to the one before, and keeps what came back. */
async function stream(url: string, picture: Uint8Array) {
  const socket = await RawSocket.open(url);
  const answers = () => socket.messages as unknown as DetectionServerMessage[];
  socket.socket.on('message', () => socket.socket.readyState === socket.socket.OPEN && socket.socket.send(picture));
  socket.socket.send(picture);
  const results = () => answers().filter((answer) => answer.type === 'detection_result');
  return { socket, answers, results };
}

describe('another default model', () => {
  it('takes over under a running camera and session; who named a model keeps it', async () => {
    const data = dataWith({ road: roadModel() });
    const camera = await startCamera();
    const yaml = `cameras:\n  - id: yard\n    url: ${camera.url}\n    detect:\n      classes: [person]\n`;
    const lookout = await startLookout({ data, yaml, sources: [camera.url], workers: 2 });
    const [plain, yard] = (await lookout.json<Array<{ id: string }>>('/api/cameras')).map(({ id }) => id).sort();
    expect(yard).toBe('yard');
    const viewer = await RawSocket.open(`${lookout.wsUrl}/ws/view/${plain}?mode=overlay`);
    const [street] = await streetJpegs();
    const settings = 'fps_limit=30&confidence_threshold=0.3&enable_tracking=false';
    const follower = await stream(`${lookout.wsUrl}/stream/detection?${settings}`, street!);
    const choosy = await stream(`${lookout.wsUrl}/stream/detection?${settings}&classes=person`, street!);
    const pinned = await stream(`${lookout.wsUrl}/stream/detection?${settings}&model=nanodet-g`, street!);
    const last = () => viewer.frames.at(-1)?.meta.detections.map(({ class_name }) => class_name) ?? [];
    await until('the street’s people', () => last().includes('person'));
    for (const { results } of [follower, choosy, pinned])
      await until('people in a session', () => results().length > 3);

    const swapped = await lookout.send<Model>('POST', '/api/models/road/load', { default: true });
    expect(swapped).toMatchObject({ name: 'road', default: true, loaded: true });
    expect(swapped.warning).toBe('Camera yard looks for person, but model road has no such class.');
    await until('cracks in the live view', () => last().includes('crack'));
    await until('cracks in a session', () => names(follower.results().at(-1)!.data).includes('crack'));
    const seenBefore = pinned.results().length;
    await until('more of the session that named its model', () => pinned.results().length > seenBefore + 3);
    expect(names(pinned.results().at(-1)!.data)).toContain('person');
    // Told once, of no frame; nothing of it is found from then on.
    await until('the session that looks for persons is told', () =>
      choosy.answers().some(({ type }) => type === 'error'),
    );
    const [notice] = choosy.answers().filter(({ type }) => type === 'error');
    expect(notice).toMatchObject({ code: 'validation_failed', error: expect.stringContaining('no class "person"') });
    expect(notice).not.toHaveProperty('frame_id');

    // No frame was lost or told twice, no socket closed, and pictures came in their order with one model or the other.
    for (const { socket, results, answers } of [follower, pinned]) {
      expect(socket.closed).toBeUndefined();
      expect(answers().filter(({ type }) => type === 'error')).toEqual([]);
      const ids = results().map(({ data: { frame_id } }) => frame_id);
      expect(new Set(ids).size).toBe(ids.length);
    }
    const numbers = viewer.frames.map(({ meta }) => meta.frameNumber);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    for (const { meta } of viewer.frames) {
      const seen = new Set(meta.detections.map(({ class_name }) => class_name));
      expect(seen.has('crack') && seen.has('person')).toBe(false);
    }
    expect(await lookout.metric('lookout_inference_failures_total')).toBe(0);
    expect((await lookout.camera(plain!)).state).toBe('live');
    expect(await lookout.json<DetectionHealth>('/stream/health')).toMatchObject({ model: 'road' });

    // In use by a session; then not any more.
    expect((await lookout.fetch('/api/models/nanodet-g', { method: 'DELETE' })).status).toBe(409);
    expect((await lookout.fetch('/api/models/road', { method: 'DELETE' })).status).toBe(409);
    pinned.socket.socket.close();
    await until('the model is let go', async () => {
      const { status } = await lookout.fetch('/api/models/nanodet-g', { method: 'DELETE' });
      return status === 204;
    });
    const left = await lookout.json<Model[]>('/api/models');
    expect(left.filter(({ loaded }) => loaded).map(({ name }) => name)).toEqual(['road']);
    expect(await lookout.metric('lookout_model_unloads_total', 'reason="asked"')).toBe(1);
  });
});

describe('a model named by a client', () => {
  it('is one of those there are, by any road; what is no model is refused in words', async () => {
    const lookout = await sharedLookout();
    addModels(lookout, { road: roadModel(), page: Buffer.from('<html>Not Found</html>') });
    const [street] = await streetJpegs();
    const boundary = 'edge';
    const form = Buffer.concat([
      Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="model"\r\n\r\nroad\r\n`),
      Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n`),
      street!,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]);
    const byForm = await lookout.json<ImageDetections>('/api/detect', {
      method: 'POST',
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      body: new Uint8Array(form),
    });
    const image_data = Buffer.from(street!).toString('base64');
    const byJson = await lookout.send<ImageDetections>('POST', '/api/detect', { image_data, model: 'road' });
    const byQuery = await lookout.json<ImageDetections>('/api/detect?model=road', jpegBody(street!));
    expect([byForm, byJson, byQuery].map(names)).toEqual(Array(3).fill(['crack', 'pothole']));
    const session = await lookout.send<CreatedSession>('POST', '/stream/sessions', { model: 'road' });
    expect(session.config.model).toBe('road');

    const problem = async (path: string, init: RequestInit) => {
      const response = await lookout.fetch(path, init);
      return { ...((await response.json()) as Problem), status: response.status };
    };
    for (const name of ['nothing', '../data/models/road', join(lookout.data, 'models', 'road.onnx'), 'road.onnx']) {
      const query = `/api/detect?model=${encodeURIComponent(name)}`;
      expect(await problem(query, jpegBody(street!)), name).toMatchObject({
        status: 404,
        code: 'model_not_found',
        hint: 'Available models: nanodet-g, page, road',
      });
    }
    expect(await problem('/api/detect?model=page', jpegBody(street!))).toMatchObject({
      status: 422,
      code: 'model_invalid',
    });
    const post = { method: 'POST', headers: { 'content-type': 'application/json' } };
    expect(await problem('/stream/sessions', { ...post, body: '{"model":"nothing"}' })).toMatchObject({ status: 404 });
    expect(await problem('/api/models/nothing/load', { method: 'POST' })).toMatchObject({ status: 404 });
    expect(await problem('/api/models/nothing', { method: 'DELETE' })).toMatchObject({ status: 404 });
    await expect(RawSocket.open(`${lookout.wsUrl}/stream/detection?model=nothing`)).rejects.toThrow('404');
    expect(
      await problem(`/stream/sessions/${session.client_id}/config`, {
        ...post,
        method: 'PATCH',
        body: '{"model":"nanodet-g"}',
      }),
    ).toMatchObject({ status: 400 });
    expect((await lookout.fetch(`/stream/sessions/${session.client_id}`, { method: 'DELETE' })).ok).toBe(true);
  });
});

describe('a device', () => {
  /** A Vulkan driver that computes on the processor; comes with Chromium. */
  const softwareDriver = '/usr/lib/chromium/vk_swiftshader_icd.json';

  it('that is asked for is used where its driver is; where none is, the processor is, and everybody is told', async () => {
    const path = join(scratchFolder(), 'odd.onnx');
    writeFileSync(path, oddModel());
    const hasDriver = existsSync(softwareDriver);
    const driver = hasDriver ? softwareDriver : '/no/driver.json';
    const args = ['--model', path, '--device', 'webgpu'];
    const lookout = await startLookout({ workers: 2, args, env: { VK_ICD_FILENAMES: driver } });
    const used = hasDriver ? 'webgpu' : 'cpu';
    const { device } = await lookout.json<SystemInfo>('/api/system');
    expect(device).toMatchObject({ asked: 'webgpu', used, tried: [{ device: 'webgpu', ok: hasDriver }] });
    const [street] = await streetJpegs();
    // Both workers at once, over and over: the driver stands one at a time.
    const found = await Promise.all(
      Array.from({ length: 40 }, () => lookout.json<ImageDetections>('/api/detect', jpegBody(street!))),
    );
    expect(new Set(found.map((one) => names(one).join()))).toEqual(new Set(['thing']));
    expect(await lookout.json<DetectionHealth>('/stream/health')).toMatchObject({ device: used });
    expect(await lookout.metric('lookout_inference_failures_total')).toBe(0);
  });

  it('that has no driver is told of in the log, by health and by doctor', async () => {
    const env = { VK_ICD_FILENAMES: '/no/driver.json' };
    const lookout = await startLookout({ args: ['--device', 'webgpu'], env });
    const reason = "webgpu can't be used, falling back to the processor: no graphics driver was found";
    expect(lookout.output.text).toContain(reason);
    const health = await lookout.json<DetectionHealth>('/stream/health');
    expect(health).toMatchObject({ device: 'cpu', device_reason: reason });
    const { stdout } = await runLookout(['doctor', '--json', '--device', 'webgpu', '--port', '0'], env);
    const findings = JSON.parse(stdout) as Array<{ name: string; state: string; detail: string }>;
    expect(findings.find(({ name }) => name === 'inference device')).toMatchObject({
      state: 'warn',
      detail: `cpu: ${reason}`,
    });
  });
});
