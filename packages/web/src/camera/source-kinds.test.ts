import { describe, expect, it } from 'vitest';
import { isRecording, kindOf, SOURCE_KINDS, suggestName } from './source-kinds.js';

describe('suggestName', () => {
  it.each([
    ['rtsp://admin:secret@192.168.1.20:554/stream1', '192.168.1.20'],
    ['file:///srv/video/the%20yard.mp4', 'the yard'],
    ['/dev/video0', 'video0'],
    ['demo:street', 'Demo street'],
    ['http://', ''],
    ['', ''],
  ])('%s → %s', (url, name) => expect(suggestName(url)).toBe(name));

  it('has a name for every example, and never one with a password in it', () => {
    for (const { example } of SOURCE_KINDS) {
      expect(suggestName(example)).not.toBe('');
      expect(suggestName(example)).not.toContain('password');
    }
  });
});

describe('isRecording', () => {
  it.each([
    ['file:///srv/video/yard.mp4', true],
    ['/srv/video/yard.mp4', true],
    ['demo:street', true],
    ['http://nas/clips/yard.MP4?t=1', true],
    ['/dev/video0', false],
    ['http://192.168.1.50:81/stream', false],
    ['https://example.org/live/stream.m3u8', false],
    ['rtsp://192.168.1.20/recording.mp4', false],
    ['yard.mp4', false],
    ['', false],
  ])('%s: %s', (url, expected) => expect(isRecording(url)).toBe(expected));
});

it.each([
  ['rtsp://camera/1', 'rtsp'],
  ['RTSPS://camera/1', 'rtsp'],
  ['http://camera:81/stream', 'esp32'],
  ['https://site/live/a.m3u8?token=1', 'hls'],
  ['file:///a.mp4', 'file'],
  ['/dev/video0', 'device'],
  ['demo:street', 'demo'],
  ['http://camera/video', undefined],
  ['', undefined],
])('knows the kind of %s', (url, kind) => {
  expect(kindOf(url)?.value).toBe(kind);
});
