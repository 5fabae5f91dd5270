import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { graphOf, imageParts, textParts } from '../testing/embedding-graphs.js';
import { readTextFixture } from '../testing/tokenizers.js';
import type { CatalogueEntry, CatalogueFile } from './catalogue-entry.js';
import { pullModel } from './pull.js';

const FILE = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31) % 251));
const catalogueFile = (role: CatalogueFile['role'], name: string, contents: Uint8Array): CatalogueFile => ({
  ...{ role, name, url: `https://models.invalid/releases/${name}`, bytes: contents.length },
  sha256: createHash('sha256').update(contents).digest('hex'),
});
const ENTRY: CatalogueEntry = {
  ...{ name: 'tiny', task: 'detect', description: 'for tests', licence: 'MIT', use: 'any' },
  ...{ input: '64×64', memoryMb: 10, speed: { ms: 1, per: 'picture' }, isVerified: false },
  files: [catalogueFile('model', 'tiny.onnx', FILE)],
};
const CLIP_FILES = new Map<string, Uint8Array>([
  ['image.onnx', graphOf(imageParts({ output: 'image_embeds', size: 224 }))],
  ['text.onnx', graphOf(textParts({ others: ['attention_mask'], output: 'text_embeds', length: 77 }))],
  ['tokenizer.json', Buffer.from(JSON.stringify(readTextFixture('clip').tokenizer))],
]);
const CLIP: CatalogueEntry = {
  ...{ ...ENTRY, name: 'clip', task: 'embed' },
  files: (['image', 'text', 'tokenizer'] as const).map((role, i) => {
    const [name, contents] = [...CLIP_FILES][i]!;
    return catalogueFile(role, name, contents);
  }),
};

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let directory: string;
let server: Server;
let baseUrl: string;
let requests: { url: string | undefined; range: string | undefined }[];
let answer: Answer;

/** A mirror that knows ranges. */
const sendFile: Answer = (request, response) => {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (from > 0) {
    response.writeHead(206, { 'content-range': `bytes ${from}-${FILE.length - 1}/${FILE.length}` });
  } else {
    response.writeHead(200, { 'content-length': FILE.length });
  }
  response.end(FILE.subarray(from));
};

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'lookout-pull-'));
  requests = [];
  answer = sendFile;
  server = createServer((request, response) => {
    requests.push({ url: request.url, range: request.headers.range });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mirror/`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(directory, { recursive: true, force: true });
});

const pull = (options: Parameters<typeof pullModel>[2] = {}) =>
  pullModel('tiny', directory, { baseUrl, entry: ENTRY, ...options });

describe('pullModel', () => {
  it('fetches a model and tells how far it is', async () => {
    const progress: number[] = [];
    const path = await pull({ onProgress: (received, total) => progress.push(received / total) });
    expect(path).toBe(join(directory, 'tiny.onnx'));
    expect(readFileSync(path).equals(FILE)).toBe(true);
    expect(requests).toEqual([{ url: '/mirror/tiny.onnx', range: undefined }]);
    expect(progress.at(-1)).toBe(1);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(existsSync(`${path}.part`)).toBe(false);
  });

  it('fetches nothing that is there already', async () => {
    await pull();
    await pull();
    expect(requests).toHaveLength(1);
  });

  it('goes on where the connection broke', async () => {
    answer = (request, response) => {
      if (request.headers.range) return sendFile(request, response);
      response.writeHead(200, { 'content-length': FILE.length });
      response.write(FILE.subarray(0, 100_000), () => response.destroy());
    };
    expect(readFileSync(await pull()).equals(FILE)).toBe(true);
    expect(requests.map(({ range }) => range)).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
  });

  it('goes on where an earlier call stopped', async () => {
    writeFileSync(join(directory, 'tiny.onnx.part'), FILE.subarray(0, 200_000));
    expect(readFileSync(await pull()).equals(FILE)).toBe(true);
    expect(requests).toEqual([{ url: '/mirror/tiny.onnx', range: 'bytes=200000-' }]);
  });

  it('begins anew where the server does not know ranges', async () => {
    writeFileSync(join(directory, 'tiny.onnx.part'), FILE.subarray(0, 200_000));
    answer = (_request, response) => response.writeHead(200).end(FILE);
    expect(readFileSync(await pull()).equals(FILE)).toBe(true);
  });

  it('refuses a file of another checksum and keeps nothing of it', async () => {
    answer = (_request, response) => response.writeHead(200).end(Buffer.from(FILE).fill(7, 1000, 1010));
    await expect(pull()).rejects.toMatchObject({ code: 'model_checksum_mismatch' });
    expect(existsSync(join(directory, 'tiny.onnx'))).toBe(false);
    expect(existsSync(join(directory, 'tiny.onnx.part'))).toBe(false);
    answer = sendFile;
    expect(readFileSync(await pull()).equals(FILE)).toBe(true);
  });

  it('stops at once when more comes than the catalogue says', async () => {
    answer = (_request, response) => {
      response.writeHead(200);
      const more = () => response.write(FILE, () => !response.destroyed && more());
      more();
    };
    await expect(pull()).rejects.toMatchObject({ code: 'model_checksum_mismatch' });
  });

  it('says what the server answered', async () => {
    answer = (_request, response) => response.writeHead(404).end('Not Found');
    await expect(pull()).rejects.toMatchObject({
      code: 'model_download_failed',
      message: expect.stringContaining('404'),
    });
    expect(requests).toHaveLength(1);
  });

  it('says so when it is offline', async () => {
    const port = (server.address() as AddressInfo).port;
    await new Promise((resolve) => server.close(resolve));
    await expect(pull({ baseUrl: `http://127.0.0.1:${port}` })).rejects.toMatchObject({
      code: 'model_download_failed',
      message: `No connection to 127.0.0.1:${port}`,
      hint: expect.stringContaining(`tiny.onnx, into the models folder ${directory}`),
    });
    server = createServer().listen(0, '127.0.0.1');
  });

  it('stops when told to and keeps what has come', async () => {
    const controller = new AbortController();
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': FILE.length });
      response.write(FILE.subarray(0, 100_000));
    };
    const pulling = pull({ signal: controller.signal, onProgress: () => controller.abort(new Error('stopped')) });
    await expect(pulling).rejects.toThrow('stopped');
    expect(readFileSync(join(directory, 'tiny.onnx.part')).length).toBeGreaterThan(0);
  });

  it('downloads a model with a restrictive licence only once it is accepted', async () => {
    const entry: CatalogueEntry = { ...ENTRY, licence: 'AGPL-3.0', use: 'copyleft' };
    await expect(pull({ entry })).rejects.toMatchObject({
      code: 'licence_not_accepted',
      message: expect.stringMatching(/^tiny has the licence AGPL-3.0: anyone who passes the model on/),
    });
    expect(requests).toEqual([]);
    expect(existsSync(await pull({ entry, acceptLicence: true }))).toBe(true);
  });

  it('does not start a download that the disk has no space for', async () => {
    const [file] = ENTRY.files;
    await expect(pull({ entry: { ...ENTRY, files: [{ ...file!, bytes: 2 ** 60 }] } })).rejects.toMatchObject({
      code: 'storage_failed',
      message: expect.stringMatching(/^tiny needs \d+ MB more, but only \d+ MB are free/),
    });
    expect(requests).toEqual([]);
  });

  it('knows only what is in the catalogue', async () => {
    await expect(pullModel('no-such-model', directory)).rejects.toMatchObject({ code: 'model_not_found' });
  });
});

describe('pullModel with several files', () => {
  const sendClip: Answer = (request, response) => {
    const contents = CLIP_FILES.get(request.url!.split('/').at(-1)!)!;
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200, {
      'content-range': `bytes ${from}-${contents.length - 1}/${contents.length}`,
    });
    response.end(contents.subarray(from));
  };
  const pullClip = (options: Parameters<typeof pullModel>[2] = {}) =>
    pullModel('clip', directory, { baseUrl, entry: CLIP, ...options });
  beforeEach(() => {
    answer = sendClip;
  });

  it('stores them in a folder, with a record of their sources', async () => {
    const progress: number[] = [];
    const path = await pullClip({ onProgress: (received, total) => progress.push(received / total) });
    expect(path).toBe(join(directory, 'clip'));
    expect(readdirSync(path).sort()).toEqual(['image.onnx', 'model.json', 'text.onnx', 'tokenizer.json']);
    expect(readdirSync(directory)).toEqual(['clip']);
    expect(JSON.parse(readFileSync(join(path, 'model.json'), 'utf8'))).toMatchObject({ name: 'clip', licence: 'MIT' });
    expect(requests.map(({ url }) => url)).toContain('/mirror/clip/tokenizer.json');
    expect(progress.at(-1)).toBe(1);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    await pullClip();
    expect(requests).toHaveLength(3);
  });

  it('shows nothing before it is complete, and resumes with the file where it stopped', async () => {
    answer = (request, response) => {
      if (!request.url!.endsWith('text.onnx')) return sendClip(request, response);
      response.writeHead(404).end();
    };
    await expect(pullClip()).rejects.toMatchObject({ code: 'model_download_failed' });
    expect(existsSync(join(directory, 'clip'))).toBe(false);
    answer = sendClip;
    requests = [];
    await pullClip();
    expect(requests.map(({ url }) => url)).toEqual(['/mirror/clip/text.onnx', '/mirror/clip/tokenizer.json']);
  });

  it('keeps the other files if one has the wrong checksum', async () => {
    answer = (request, response) => {
      if (!request.url!.endsWith('text.onnx')) return sendClip(request, response);
      response.end(Buffer.alloc(CLIP_FILES.get('text.onnx')!.length, 7));
    };
    await expect(pullClip()).rejects.toMatchObject({
      code: 'model_checksum_mismatch',
      message: expect.stringMatching(/^clip \(text\.onnx\)/),
    });
    expect(readdirSync(join(directory, '.clip.part'))).toEqual(['image.onnx']);
  });

  it('refuses files that do not match the catalogue', async () => {
    await expect(pullClip({ entry: { ...CLIP, task: 'segment' } })).rejects.toMatchObject({ code: 'model_invalid' });
    expect(existsSync(join(directory, 'clip'))).toBe(false);
  });
});
