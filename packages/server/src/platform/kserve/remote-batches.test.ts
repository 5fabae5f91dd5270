import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DetectionServerMessage } from '@lookout/protocol';
import { brightnessModel } from '@lookout/vision/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWholeServer, type WholeServer } from '../../testing/whole-server.js';

// A server whose model runs on another one, far away: each run has its way there and back.

const wayMs = 30;
/** Pictures of each request that passed. */
const batches: number[] = [];
/** Requests on their way now, and the most at once. */
const under = { way: 0, most: 0 };
let near: WholeServer;
let far: WholeServer;
let line: Server;

beforeAll(async () => {
  far = await startWholeServer({
    prepare: (directory) => {
      mkdirSync(join(directory, 'models'), { recursive: true });
      writeFileSync(join(directory, 'models', 'brightness.onnx'), brightnessModel());
    },
  });
  const target = new URL(far.url);
  line = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const headerLength = request.headers['inference-header-content-length'];
    if (headerLength !== undefined) {
      batches.push(JSON.parse(body.subarray(0, Number(headerLength)).toString()).inputs[0].shape[0]);
    }
    under.most = Math.max(under.most, ++under.way);
    response.once('close', () => void under.way--);
    await sleep(wayMs);
    const { method, url: path, headers } = request;
    const passed = httpRequest({ host: target.hostname, port: target.port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    passed.end(body);
  });
  await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve));
  const { port } = line.address() as AddressInfo;
  near = await startWholeServer({
    env: { KSERVE_URL: `http://127.0.0.1:${port}`, KSERVE_MODEL: 'brightness', CONFIDENCE_THRESHOLD: '0.05' },
    // A slow machine is no server that is away.
    prepare: (directory) => writeFileSync(join(directory, 'lookout.yaml'), 'kserve: { timeout_ms: 30000 }'),
  });
}, 120_000);
afterAll(async () => {
  await near?.close();
  line?.closeAllConnections();
  await new Promise((resolve) => line?.close(resolve));
  await far?.close();
});

/** A PNG of 64×64 pixels of one grey. */
function grey(level: number): Buffer {
  const hex = level.toString(16).padStart(2, '0').repeat(3);
  const input = ['-f', 'lavfi', '-i', `color=c=0x${hex}:size=64x64`, '-frames:v', '1', '-pix_fmt', 'rgb24'];
  return execFileSync('ffmpeg', ['-v', 'error', '-nostdin', ...input, '-f', 'image2pipe', '-c:v', 'png', '-']);
}

/** Asks for the same picture again and again. @returns the scores of all answers */
async function ask(level: number, times: number): Promise<number[]> {
  const socket = await near.connect('/stream/detection?enable_tracking=false&fps_limit=30');
  const picture = grey(level);
  const scores: number[] = [];
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('message', (data) => {
      const message = DetectionServerMessage.parse(JSON.parse(String(data)));
      if (message.type === 'error') reject(new Error(message.error));
      // Those that came too fast are asked for again like those that were answered.
      if (message.type === 'detection_result') scores.push(message.data.detections[0]?.confidence ?? 0);
      if (scores.length >= times) resolve();
      else socket.send(picture);
    });
    socket.send(picture);
  });
  socket.terminate();
  return scores;
}

it('sends waiting pictures of several sessions in one run, and gives each its own answer', async () => {
  // Measured when the model was opened: four in one run against four runs.
  expect(batches).toContain(4);
  batches.length = 0;
  const levels = [40, 80, 120, 160, 200, 240];
  const scores = await Promise.all(levels.map((level) => ask(level, 12)));
  for (const [i, level] of levels.entries()) {
    for (const score of scores[i]!) expect(score).toBeCloseTo(level / 255, 2);
  }
  expect(Math.max(...batches)).toBeGreaterThan(1);
  // Those that wait while all requests are on their way go together: fewer runs than answers.
  expect(batches.length).toBeLessThan(levels.length * 12);
  // The only worker prepares the next run while one is on its way.
  expect(under.most).toBeGreaterThan(1);
});

it('sends a picture alone where no other waits', async () => {
  batches.length = 0;
  await ask(100, 3);
  expect(new Set(batches)).toEqual(new Set([1]));
});
