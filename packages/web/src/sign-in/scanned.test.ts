import { encode } from 'uqr';
import { describe, expect, it } from 'vitest';
import { decodePicture, readScanned } from './scanned.js';

const key = `lk_${'a-Z_9'.repeat(8)}`;
const code = 'c0de-_'.repeat(6);

describe('what a code is good for', () => {
  it.each([
    [key, { key }],
    [` ${key}\n`, { key }],
    [`https://192.168.1.7:8080/join/${code}`, { path: `/join/${code}` }],
    [`http://home.example/cams/join/${code}`, { path: `/join/${code}` }],
  ])('%s', (text, scanned) => expect(readScanned(text, '')).toEqual(scanned));

  it('leads to this server, below the path of its pages', () => {
    expect(readScanned(`https://elsewhere.example/join/${code}`, '/cams')).toEqual({ path: `/cams/join/${code}` });
  });

  it.each([
    'lk_short',
    `x${key}`,
    'https://192.168.1.7:8080/view/lv_abcdefghijklmnop',
    `https://192.168.1.7:8080/join/${code}/more`,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: no code either
    'javascript:alert(1)//join/${code}',
    `javascript:/join/${code}`,
    'WIFI:T:WPA;S:home;P:secret;;',
    '',
  ])('nothing: %s', (text) => expect(readScanned(text, '')).toBeUndefined());
});

/** A picture of a code with light around it. */
function pictureOf(text: string, scale = 4) {
  const { data, size } = encode(text, { ecc: 'M', border: 4 });
  const width = size * scale;
  const pixels = new Uint8ClampedArray(width * width * 4).fill(255);
  for (let y = 0; y < width; y++) {
    for (let x = 0; x < width; x++) {
      if (data[Math.floor(y / scale)]?.[Math.floor(x / scale)])
        pixels.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
  return { width, height: width, data: pixels };
}

describe('decodePicture', () => {
  it('reads the codes that Lookout shows', () => {
    for (const text of [key, `https://192.168.1.7:8080/join/${code}`]) {
      expect(decodePicture(pictureOf(text))).toBe(text);
    }
  });

  it('finds nothing in pictures without one, of any size', () => {
    for (const [width, height] of [
      [320, 240],
      [1, 1],
    ] as const) {
      expect(
        decodePicture({ width, height, data: new Uint8ClampedArray(width * height * 4).fill(128) }),
      ).toBeUndefined();
    }
  });
});
