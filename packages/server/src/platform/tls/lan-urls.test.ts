import { describe, expect, it } from 'vitest';
import { startTestApp } from '../../testing/test-app.js';
import { lanUrls } from './lan-urls.js';

const at = (address: string, port = 8080) => ({ address, port, family: address.includes(':') ? 'IPv6' : 'IPv4' });
const machine = ['192.168.1.7', '10.0.0.3', 'fd00::7'];

describe('lanUrls', () => {
  it('gives every private address of a server that listens on all', () => {
    const urls = ['https://192.168.1.7:8080', 'https://10.0.0.3:8080'];
    expect(lanUrls(at('0.0.0.0'), true, machine)).toEqual(urls);
    expect(lanUrls(at('::'), true, machine)).toEqual([...urls, 'https://[fd00::7]:8080']);
  });

  it('gives the one address of a server that listens on one, without the port everybody knows', () => {
    expect(lanUrls(at('192.168.1.9', 80), false, machine)).toEqual(['http://192.168.1.9']);
    expect(lanUrls(at('fd00::9', 443), true, machine)).toEqual(['https://[fd00::9]']);
  });

  it('gives none where nobody else can come, and only a few where there are thousands', () => {
    expect(lanUrls(at('127.0.0.1'), true, machine)).toEqual([]);
    expect(lanUrls(at('::1'), true, machine)).toEqual([]);
    expect(lanUrls(null, true, machine)).toEqual([]);
    expect(lanUrls('/run/lookout.sock', true, machine)).toEqual([]);
    const many = Array.from({ length: 50 }, (_, i) => `10.0.0.${i}`);
    expect(lanUrls(at('0.0.0.0'), false, many)).toHaveLength(4);
  });
});

describe('GET /api/system', () => {
  it('tells nobody who is not signed in', async () => {
    const app = await startTestApp({ host: '0.0.0.0' });
    try {
      expect((await fetch(`${app.base}/api/system`)).status).toBe(401);
      const headers = { authorization: `Bearer ${(await app.keys.create({ name: 'test', scope: 'admin' })).key}` };
      const response = await fetch(`${app.base}/api/system`, { headers });
      // The test's socket is on loopback, whatever the gate was told.
      expect(await response.json()).toMatchObject({ https: false, lan_urls: [] });
    } finally {
      await app.close();
    }
  });
});
