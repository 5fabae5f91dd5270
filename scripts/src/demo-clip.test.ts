import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEMO_CLIP, DemoClipUnavailable, download, findDemoClip, prepareDemoClip } from './demo-clip.js';
import { cacheDirectory } from './paths.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lookout-demo-clip-'));
});
afterEach(() => rm(directory, { recursive: true }));

const failing = (name: string, reason: string) => ({ name, fetch: () => Promise.reject(new Error(reason)) });
const giving = (name: string, bytes: Uint8Array) => ({ name, fetch: () => Promise.resolve(bytes) });

describe('prepareDemoClip', () => {
  it('names every source with its reason when none has the clip, and leaves no file behind', async () => {
    const sources = [failing('first', 'ENOTFOUND'), giving('second', Buffer.from('another file'))];
    const error = await prepareDemoClip(directory, sources).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DemoClipUnavailable);
    expect((error as Error).message).toMatch(
      /^first: ENOTFOUND; second: not the expected file \(sha256 [0-9a-f]{12}…\)$/,
    );
    expect(await readdir(directory)).toEqual([]);
  });

  it('asks no source when the clip is there, and every source when it was cut short', async () => {
    const path = join(directory, DEMO_CLIP.name);
    await writeFile(path, new Uint8Array(DEMO_CLIP.bytes));
    expect(await prepareDemoClip(directory, [])).toBe(path);
    await writeFile(path, new Uint8Array(1000));
    expect(await findDemoClip(directory)).toBeUndefined();
    await expect(prepareDemoClip(directory, [])).rejects.toThrow(DemoClipUnavailable);
  });
});

describe('download', () => {
  const serve = async (listener: RequestListener, use: (url: string) => Promise<void>) => {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/vtest.avi`);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  };

  it('gives the bytes', async () => {
    await serve(
      (_request, response) => response.end(Buffer.alloc(300_000, 7)),
      async (url) => {
        const bytes = await download(url);
        expect(Buffer.alloc(300_000, 7).equals(bytes)).toBe(true);
      },
    );
  });

  it('refuses an error page and a body that is larger than the clip', async () => {
    await serve(
      (_request, response) => response.writeHead(404).end('no'),
      async (url) => expect(download(url)).rejects.toThrow('HTTP 404'),
    );
    await serve(
      (_request, response) => response.end(Buffer.alloc(DEMO_CLIP.bytes + 1)),
      async (url) => expect(download(url)).rejects.toThrow('larger than expected'),
    );
  });
});

it('knows the clip by the checksum of the file it was made for', async () => {
  const bytes = await readFile(process.env.LOOKOUT_DEMO_CLIP ?? join(cacheDirectory, 'demo', DEMO_CLIP.name));
  const prepared = await prepareDemoClip(directory, [giving('test media', bytes)]);
  expect(bytes.equals(await readFile(prepared))).toBe(true);
});
