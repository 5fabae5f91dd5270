import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CatalogueEntry } from '@lookout/vision/models';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ModelDownloads } from './model-downloads.js';

const FILE = Buffer.alloc(200_000, 'model');
const entry = (name: string): CatalogueEntry => ({
  ...{ name, task: 'detect', description: 'for tests', licence: 'MIT', use: 'any' },
  ...{ input: '64×64', memoryMb: 10, speed: { ms: 1, per: 'picture' }, isVerified: false },
  files: [
    {
      ...{ role: 'model', name: `${name}.onnx`, url: `https://models.invalid/${name}.onnx`, bytes: FILE.length },
      sha256: createHash('sha256').update(FILE).digest('hex'),
    },
  ],
});

let modelsDir: string;
let mirror: Server;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let requests: string[];
let told: string[];
let downloads: ModelDownloads;

beforeEach(async () => {
  modelsDir = mkdtempSync(join(tmpdir(), 'lookout-downloads-'));
  requests = [];
  told = [];
  answer = (_request, response) => void response.end(FILE);
  mirror = createServer((request, response) => {
    requests.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((resolve) => mirror.listen(0, '127.0.0.1', resolve));
  downloads = new ModelDownloads({
    modelsDir,
    mirror: `http://127.0.0.1:${(mirror.address() as AddressInfo).port}`,
    entries: [entry('small'), entry('large'), { ...entry('research'), licence: 'apple-amlr', use: 'research' }],
    onDone: (name) => told.push(`done ${name}`),
    onFailed: (name, error) => told.push(`failed ${name}: ${(error as { code: string }).code}`),
  });
});
afterEach(async () => {
  await downloads.close();
  mirror.closeAllConnections();
  await new Promise((resolve) => mirror.close(resolve));
  rmSync(modelsDir, { recursive: true, force: true });
});

const state = async (name: string) => (await downloads.list()).find((model) => model.name === name)?.state;

describe('ModelDownloads', () => {
  it('asks nobody for anything before a download is begun', async () => {
    expect(await downloads.list()).toMatchObject([
      { name: 'small', state: 'absent', bytes: 200_000, licence: 'MIT' },
      { name: 'large', state: 'absent' },
      { name: 'research', restriction: expect.stringMatching(/^the model may be used for research only/) },
    ]);
    expect(requests).toEqual([]);
  });

  it('downloads one after another, each once, and says how far each is', async () => {
    let finish = () => {};
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': FILE.length });
      response.write(FILE.subarray(0, 50_000));
      finish = () => void response.end(FILE.subarray(50_000));
    };
    expect((await downloads.start('small')).state).not.toBe('here');
    await downloads.start('small');
    await downloads.start('large');
    await expect
      .poll(async () => (await downloads.list())[0])
      .toMatchObject({ state: 'downloading', received_bytes: 50_000 });
    expect(await state('large')).toBe('waiting');
    expect(requests).toEqual(['/small.onnx']);
    answer = (_request, response) => void response.end(FILE);
    finish();
    await expect.poll(() => told).toEqual(['done small', 'done large']);
    expect(await state('small')).toBe('here');
    expect(readFileSync(join(modelsDir, 'large.onnx')).equals(FILE)).toBe(true);
    expect(requests).toEqual(['/small.onnx', '/large.onnx']);
  });

  it('keeps nothing of a file with another checksum, and says so until it is tried again', async () => {
    answer = (_request, response) => void response.end(Buffer.alloc(FILE.length, 'other'));
    await downloads.start('small');
    await expect.poll(() => told).toEqual(['failed small: model_checksum_mismatch']);
    expect((await downloads.list())[0]).toMatchObject({ state: 'failed', error: expect.stringMatching(/checksum/) });
    expect(readdirSync(modelsDir)).toEqual([]);
    answer = (_request, response) => void response.end(FILE);
    await downloads.start('small');
    await expect.poll(() => state('small')).toBe('here');
  });

  it('stops, which is no failure, and goes on when it is begun again', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': FILE.length });
      response.write(FILE.subarray(0, 50_000));
    };
    await downloads.start('small');
    await expect.poll(async () => (await downloads.list())[0]?.received_bytes).toBe(50_000);
    downloads.stop('small');
    await expect.poll(() => state('small')).toBe('absent');
    const ranges: unknown[] = [];
    answer = ({ headers }, response) => {
      ranges.push(headers.range);
      response.writeHead(206, { 'content-range': `bytes 50000-${FILE.length - 1}/${FILE.length}` });
      response.end(FILE.subarray(50_000));
    };
    await downloads.start('small');
    await expect.poll(() => told).toEqual(['done small']);
    expect(ranges).toEqual(['bytes=50000-']);
  });

  it('begins anew what was stopped while it waited', async () => {
    answer = () => undefined;
    await downloads.start('small');
    await downloads.start('large');
    downloads.stop('large');
    await downloads.start('large');
    answer = (_request, response) => void response.end(FILE);
    downloads.stop('small');
    await expect.poll(() => told).toEqual(['done large']);
  });

  it('downloads a model with a restrictive licence only if it is accepted', async () => {
    await expect(downloads.start('research')).rejects.toMatchObject({ code: 'licence_not_accepted' });
    await downloads.start('research', { acceptLicence: true });
    await expect.poll(() => told).toEqual(['done research']);
  });

  it('knows no other model', async () => {
    await expect(downloads.start('../lookout')).rejects.toMatchObject({ code: 'model_not_found' });
    expect(() => downloads.stop('huge')).toThrow('There is no model "huge" to download');
  });
});
