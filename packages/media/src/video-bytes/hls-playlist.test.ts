import { LookoutError } from '@lookout/protocol/core';
import { describe, expect, it } from 'vitest';
import { isPlaylist, parsePlaylist } from './hls-playlist.js';

function media(...lines: string[]) {
  const playlist = parsePlaylist(['#EXTM3U', ...lines].join('\n'));
  if (playlist.kind !== 'media') throw new Error('Expected a media playlist');
  return playlist;
}

function master(...lines: string[]) {
  const playlist = parsePlaylist(['#EXTM3U', ...lines].join('\n'));
  if (playlist.kind !== 'master') throw new Error('Expected a master playlist');
  return playlist;
}

it('knows a playlist by how it begins', () => {
  for (const text of ['#EXTM3U\n', '\uFEFF#EXTM3U', '\r\n#EXTM3U', '#extm3u']) expect(isPlaylist(text)).toBe(true);
  for (const text of ['', 'FLV', '# EXTM3U', 'x\n#EXTM3U']) expect(isPlaylist(text)).toBe(false);
  expect(() => parsePlaylist('<MPD/>')).toThrow(LookoutError);
});

describe('a media playlist', () => {
  it('has numbered segments with their durations', () => {
    const text = [
      '#EXT-X-TARGETDURATION:4',
      '#EXT-X-MEDIA-SEQUENCE:17',
      '#EXTINF:3.92,caf\u00e9',
      'a.ts',
      '#EXTINF:4',
      'b',
    ];
    const playlist = media(...text.map((line) => `${line}\r`));
    expect(playlist).toMatchObject({ targetMs: 4000, ended: false });
    expect(playlist.segments).toMatchObject([
      { number: 17, uri: 'a.ts', durationMs: 3920 },
      { number: 18, uri: 'b', durationMs: 4000 },
    ]);
    expect(media('#EXTINF:1,', 'a', '#EXT-X-ENDLIST').ended).toBe(true);
  });

  it('is read without the tags it should have', () => {
    expect(media('a.jpg', 'segment?n=2')).toMatchObject({
      targetMs: 10_000,
      segments: [
        { number: 0, uri: 'a.jpg', durationMs: 10_000 },
        { number: 1, uri: 'segment?n=2' },
      ],
    });
    expect(media('#EXT-X-TARGETDURATION:-3', '#EXTINF:x,', 'a').targetMs).toBe(10_000);
    expect(media().segments).toEqual([]);
  });

  it('has parts of files, which follow each other where they do not say where they begin', () => {
    const lines = [
      '#EXT-X-BYTERANGE:100@50',
      'a.mp4',
      '#EXT-X-BYTERANGE:10',
      'a.mp4',
      '#EXT-X-BYTERANGE:7',
      'b.mp4',
      'c.mp4',
    ];
    expect(media(...lines).segments.map(({ range }) => range)).toEqual([
      { from: 50, to: 149 },
      { from: 150, to: 159 },
      { from: 0, to: 6 },
      undefined,
    ]);
  });

  it('has headers and keys for all segments behind them', () => {
    const { segments } = media(
      '#EXT-X-MAP:URI="init, 1.mp4",BYTERANGE="600@0"',
      'a',
      '#EXT-X-KEY:METHOD=AES-128,URI="k?a=1,b=2",IV=0x0f',
      'b',
      '#EXT-X-KEY:METHOD=NONE',
      'c',
    );
    const header = { uri: 'init, 1.mp4', range: { from: 0, to: 599 } };
    const iv = Buffer.from('0000000000000000000000000000000f', 'hex');
    expect(segments).toMatchObject([
      { header, key: undefined },
      { header, key: { uri: 'k?a=1,b=2', iv } },
      { header, key: undefined },
    ]);
    expect(media('#EXT-X-KEY:METHOD=AES-128,URI="k"', 'a').segments[0]!.key).toEqual({ uri: 'k', iv: undefined });
  });

  it.each([
    '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="k"',
    '#EXT-X-KEY:METHOD=AES-128',
    '#EXT-X-KEY:METHOD=AES-128,URI="k",KEYFORMAT="com.apple.streamingkeydelivery"',
  ])('is refused with %s', (line) => {
    expect(() => media(line, 'a')).toThrow(expect.objectContaining({ code: 'camera_unsupported' }));
  });
});

describe('a master playlist', () => {
  it('has variants', () => {
    const { variants } = master(
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",URI="sound.m3u8"',
      '#EXT-X-STREAM-INF:BANDWIDTH=800000,RESOLUTION=640x360,CODECS="avc1.42c01e,mp4a.40.2"',
      'low.m3u8',
      '#EXT-X-STREAM-INF:BANDWIDTH=64000,CODECS="mp4a.40.2"',
      'sound.m3u8',
      '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="i.m3u8"',
    );
    expect(variants).toEqual([
      { uri: 'low.m3u8', bandwidth: 800_000, pixels: 640 * 360, audioOnly: false },
      { uri: 'sound.m3u8', bandwidth: 64_000, pixels: 0, audioOnly: true },
    ]);
  });
});

describe('hostile text', () => {
  it('has a bound on entries', () => {
    expect(() => media(...Array.from({ length: 50_001 }, () => 'a'))).toThrow(/more than 50000 entries/);
  });

  it.each([
    ['a name without end', `#EXT-X-KEY:${'A'.repeat(1_000_000)}`],
    ['quotes without end', `#EXT-X-KEY:${'A="'.repeat(300_000)}`],
    ['attributes without end', `#EXT-X-STREAM-INF:${'A=1,'.repeat(250_000)}`],
    ['variants', '#EXT-X-STREAM-INF:BANDWIDTH=1\na\n'.repeat(30_000)],
  ])('takes time in proportion to its length: %s', (_, text) => {
    const beganMs = performance.now();
    parsePlaylist(`#EXTM3U\n${text}`);
    // A quadratic reading of any of these takes minutes.
    expect(performance.now() - beganMs).toBeLessThan(5000);
  });
});
