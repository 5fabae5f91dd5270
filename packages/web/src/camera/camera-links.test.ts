import { expect, it } from 'vitest';
import { cameraLinks } from './camera-links.js';

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
