import { describe, expect, it } from 'vitest';
import { cameraLinks, rtmpAddress, shareOrigin, whipAddress } from './links.js';

const lan = ['https://192.168.1.7:8080', 'https://10.0.0.3:8080'];

describe('shareOrigin', () => {
  it.each([
    ['http://127.0.0.1:8080', { https: false, lan_urls: [] }, 'http://127.0.0.1:8080', 'this-machine'],
    ['http://localhost:8080', undefined, 'http://localhost:8080', 'this-machine'],
    ['https://[::1]:8080', { https: true, lan_urls: [] }, 'https://[::1]:8080', 'this-machine'],
    ['https://localhost:8080', { https: true, lan_urls: lan }, 'https://192.168.1.7:8080', 'none'],
    ['http://localhost:8080', { https: false, lan_urls: ['http://10.0.0.3:8080'] }, 'http://10.0.0.3:8080', 'http'],
    ['http://192.168.1.9:8080', { https: false, lan_urls: lan }, 'http://192.168.1.9:8080', 'http'],
    ['https://studio.local:8080', { https: true, lan_urls: lan }, 'https://studio.local:8080', 'none'],
    ['https://lookout.example', { https: false, lan_urls: [] }, 'https://lookout.example', 'none'],
  ])('from %s', (page, info, origin, obstacle) => {
    expect(shareOrigin(page, info)).toEqual({ origin, obstacle });
  });
});

it('gives addresses of the origin that the page came from', () => {
  const urls = cameraLinks('yard', 'https://lookout.example').map(({ url }) => url);
  expect(urls).toContain('https://lookout.example/api/cameras/yard/mjpeg');
  expect(urls).toContain('wss://lookout.example/ws/view/yard?mode=overlay');
  expect(urls).toContain('https://lookout.example/shared/yard');
  expect(cameraLinks('yard', 'http://127.0.0.1:8080').map(({ url }) => url)).toContain(
    'ws://127.0.0.1:8080/ws/view/yard?mode=overlay',
  );
  expect(new Set(urls).size).toBe(urls.length);
});

it('gives encoders the host of the other links, and the port for RTMP', () => {
  expect(whipAddress('https://192.168.1.7:8080', 'lp_x')).toBe('https://192.168.1.7:8080/whip/lp_x');
  expect(rtmpAddress('https://192.168.1.7:8080', 1935, 'lp_x')).toBe('rtmp://192.168.1.7:1935/live/lp_x');
  expect(rtmpAddress('http://[::1]:8080', 1936, 'lp_x')).toBe('rtmp://[::1]:1936/live/lp_x');
});
