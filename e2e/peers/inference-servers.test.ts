import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Health, ImageDetections, Model } from '@lookout/protocol';
import { brightnessModel } from '@lookout/vision/testing';
import { expect, it } from 'vitest';
import { keep } from '../src/support/keep.js';
import type { LookoutProcess } from '../src/support/lookout-process.js';
import { root } from '../src/support/paths.js';
import { scratchFolder } from '../src/support/scratch-folder.js';
import { startLookout, streetJpegs } from '../src/support/start.js';
import { until } from '../src/support/until.js';

// The real servers of the KServe protocol that PyPI has, each with a model that is the surer the brighter a picture is.

const modelName = 'brightness';
const starting = { timeoutMs: 100_000 };
const peers = (path: string) => join(root, 'e2e/peers', path);
const installed = (path: string) => join(root, '.lookout/peers', path);

interface Ports {
  http: number;
  grpc: number;
  metrics: number;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function freePorts(): Promise<Ports> {
  return { http: await freePort(), grpc: await freePort(), metrics: await freePort() };
}

function start(command: string, args: string[], env: Record<string, string> = {}): ChildProcess {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: 'ignore', cwd: scratchFolder() });
  return keep(child, async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
}

function kserve(model: string, { http, grpc }: Ports): ChildProcess {
  const script = [peers('kserve_server.py'), modelName, model, String(http), String(grpc)];
  return start(installed('kserve/bin/python'), script);
}

function mlserver(model: string, ports: Ports): ChildProcess {
  const folder = scratchFolder();
  const settings = { host: '127.0.0.1', http_port: ports.http, grpc_port: ports.grpc, metrics_port: ports.metrics };
  const implementation = 'mlserver_onnx.OnnxModel';
  mkdirSync(join(folder, modelName));
  writeFileSync(join(folder, 'settings.json'), JSON.stringify({ ...settings, parallel_workers: 0 }));
  writeFileSync(
    join(folder, modelName, 'model-settings.json'),
    JSON.stringify({ name: modelName, implementation, platform: 'onnx', parameters: { uri: model } }),
  );
  return start(installed('mlserver/bin/mlserver'), ['start', folder], { PYTHONPATH: peers('') });
}

async function scoreOf(server: LookoutProcess, jpeg: Uint8Array<ArrayBuffer>): Promise<number> {
  const { detections } = await server.json<ImageDetections>('/api/detect?confidence_threshold=0.01', {
    method: 'POST',
    headers: { 'Content-Type': 'image/jpeg' },
    body: jpeg,
  });
  return detections[0]?.confidence ?? 0;
}

it.each([
  ['KServe', kserve],
  ['MLServer', mlserver],
])('%s runs the model, and detection goes on when it comes late, goes and comes back', async (_name, startPeer) => {
  const file = join(scratchFolder(), `${modelName}.onnx`);
  writeFileSync(file, brightnessModel());
  const here = await startLookout({ args: ['--model', file] });
  const [jpeg] = await streetJpegs();
  const expected = await scoreOf(here, jpeg!);
  expect(expected).toBeGreaterThan(0.1);

  const ports = await freePorts();
  const url = `http://127.0.0.1:${ports.http}`;
  const away = await startLookout({ args: ['--kserve-url', url, '--kserve-model', modelName] });
  const health = () => away.json<Health>('/readyz');
  await until('it says that there is no server', async () => (await health()).status === 'degraded');
  expect((await health()).checks.model).toContain('is not reachable: ECONNREFUSED');

  for (let i = 0; i < 2; i++) {
    const peer = startPeer(file, ports);
    await until('the model is there', async () => (await health()).status === 'ok', { ...starting, last: health });
    // JSON has the shortest digits of FP64, binary data those of FP32: the same number.
    expect(await scoreOf(away, jpeg!)).toBeCloseTo(expected, 5);
    const models = await away.json<Model[]>('/api/models');
    expect(models.find((model) => model.default)).toMatchObject({ name: 'brightness@kserve', format: 'yolov8' });
    peer.kill('SIGKILL');
    await once(peer, 'exit');
    await expect(scoreOf(away, jpeg!)).rejects.toThrow(/503/);
    await until('it says that the server is gone', async () => (await health()).status === 'degraded');
  }
});
