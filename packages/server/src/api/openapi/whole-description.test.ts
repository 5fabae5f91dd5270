import { get as httpGet, type IncomingMessage } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import SwaggerParser from '@apidevtools/swagger-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWholeServer, type WholeServer } from '../../testing/whole-server.js';

let server: WholeServer;
// biome-ignore lint/suspicious/noExplicitAny: what is looked up in it is what is tested
let api: any;
beforeAll(async () => {
  server = await startWholeServer();
  api = (await server.call('GET', '/openapi.json')).body;
}, 60_000);
afterAll(() => server?.close());

describe('the description of the whole API', () => {
  it('is valid, and names every operation once', async () => {
    await SwaggerParser.validate(structuredClone(api));
    const ids = Object.values(api.paths as Record<string, Record<string, { operationId: string }>>)
      .flatMap((methods) => Object.values(methods))
      .map(({ operationId }) => operationId);
    expect(ids).toContain('getApiCamerasByIdStats');
    expect(ids).toContain('postApiSession');
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z0-9]+$/);
    expect(api.servers).toEqual([{ url: '/' }]);
  });

  it('has no schema that is true or false, which generators of clients stumble over', () => {
    const places: string[] = [];
    const walk = (value: unknown, path: string) => {
      if (typeof value !== 'object' || value === null) return;
      for (const [key, child] of Object.entries(value)) {
        if (key === 'items' && typeof child === 'boolean') places.push(path);
        if (key === 'prefixItems') places.push(path);
        walk(child, `${path}/${key}`);
      }
    };
    walk(api, '');
    expect(places).toEqual([]);
    const { bbox } = api.components.schemas.Detection.properties;
    expect(bbox).toMatchObject({ type: 'array', items: { type: 'number' }, minItems: 4, maxItems: 4 });
  });
});

describe('compression', () => {
  function ask(path: string, encodings: string): Promise<{ headers: IncomingMessage['headers']; body: Buffer }> {
    return new Promise((resolve, reject) => {
      httpGet(server.url + path, { headers: { 'accept-encoding': encodings } }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks) }));
        response.on('error', reject);
      }).on('error', reject);
    });
  }

  it('is there for JSON, as the client asks', async () => {
    const plain = await ask('/openapi.json', 'identity');
    expect(plain.headers['content-encoding']).toBeUndefined();
    const brotli = await ask('/openapi.json', 'gzip, deflate, br');
    expect(brotli.headers).toMatchObject({ 'content-encoding': 'br', vary: expect.stringMatching(/accept-encoding/i) });
    expect(brotliDecompressSync(brotli.body)).toEqual(plain.body);
    expect(brotli.body.length).toBeLessThan(plain.body.length / 4);
    const gzip = await ask('/openapi.json', 'gzip');
    expect(gunzipSync(gzip.body)).toEqual(plain.body);
  });

  it('leaves small answers and streams alone', async () => {
    expect((await ask('/healthz', 'br')).headers['content-encoding']).toBeUndefined();
    const events = await fetch(`${server.url}/api/detections/stream`, { headers: { 'accept-encoding': 'br, gzip' } });
    expect(events.headers.get('content-encoding')).toBeNull();
    await events.body?.cancel();
  });
});
