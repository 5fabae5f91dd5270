import { describe, expect, it } from 'vitest';
import {
  bareHost,
  completeAddress,
  isRecording,
  kindOf,
  SOURCE_KINDS,
  splitCredentials,
  suggestName,
  takesCredentials,
  withCredentials,
} from './address.js';

describe('suggestName', () => {
  it.each([
    ['rtsp://admin:secret@192.168.1.20:554/stream1', 'Camera'],
    ['rtsp://[fd00::20]/1', 'Camera'],
    ['http://localhost:8081/', 'Camera'],
    ['rtsp://yard.home.arpa/1', 'yard.home.arpa'],
    ['file:///srv/video/the%20yard.mp4', 'the yard'],
    ['/dev/video0', 'video0'],
    ['demo:street', 'Demo street'],
    ['http://', ''],
    ['', ''],
  ])('%s → %s', (url, name) => expect(suggestName(url)).toBe(name));

  it('counts cameras whose address has no name', () => {
    expect(suggestName('rtsp://192.168.1.20/1', ['Yard', 'Camera', 'Camera 2'])).toBe('Camera 3');
  });

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
  ['http://camera/video', 'mjpeg'],
  ['http://nas/clips/yard.mp4?t=1', 'file'],
  ['/srv/video/yard.mp4', 'file'],
  ['rtmp://camera/live/yard', 'rtmp'],
  ['srt://camera:9000', 'srt'],
  ['192.168.1.20:554/stream1', 'rtsp'],
  ['192.168.1.50:81/stream', 'esp32'],
  ['192.168.1.20', undefined],
  ['192.168.1.20/video', undefined],
  ['rt', undefined],
  ['http://', undefined],
  ['', undefined],
])('knows the kind of %s', (url, kind) => {
  expect(kindOf(url)).toBe(kind);
});

it('knows the kind of each example', () => {
  for (const { value, example } of SOURCE_KINDS) expect(kindOf(example)).toBe(value);
});

it.each([
  ['192.168.1.20:554/stream1', 'rtsp://192.168.1.20:554/stream1'],
  ['me:secret@camera.lan:8554/yard', 'rtsp://me:secret@camera.lan:8554/yard'],
  [' 192.168.1.50:81/stream ', 'http://192.168.1.50:81/stream'],
  ['camera.lan/live/a.m3u8', 'http://camera.lan/live/a.m3u8'],
  // Nothing tells how these are opened.
  ['192.168.1.20/video', '192.168.1.20/video'],
  ['http://192.168.1.20:554/x', 'http://192.168.1.20:554/x'],
  ['demo:street', 'demo:street'],
  ['/srv/a:554/b.mp4', '/srv/a:554/b.mp4'],
])('completes %s', (typed, whole) => expect(completeAddress(typed)).toBe(whole));

it.each([
  ['192.168.1.20', '192.168.1.20'],
  ['192.168.1.20:8000', '192.168.1.20:8000'],
  ['http://camera.lan/', 'camera.lan'],
  ['192.168.1.20:554', undefined],
  ['http://camera.lan/video', undefined],
  ['demo:street', undefined],
  ['192.168.1.', undefined],
  ['camera', undefined],
])('asks the host of %s for its streams: %s', (typed, host) => expect(bareHost(typed)).toBe(host));

describe('splitCredentials', () => {
  it.each([
    ['rtsp://me:secret@h:554/a?b=c@d', 'rtsp://h:554/a?b=c@d', 'me', 'secret'],
    ['rtsp://me:50%25%40home@h/a', 'rtsp://h/a', 'me', '50%@home'],
    ['rtsp://me:p@ss:50%@h/a', 'rtsp://h/a', 'me', 'p@ss:50%'],
    ['http://me@h/', 'http://h/', 'me', ''],
  ])('%s', (whole, url, user, password) => expect(splitCredentials(whole)).toEqual({ url, user, password }));

  it('leaves addresses without any, and those the server has hidden', () => {
    for (const url of ['rtsp://h/a@b', 'rtsp://***@h/a', 'demo:a@b', '/srv/a@b', '']) {
      expect(splitCredentials(url)).toBeUndefined();
    }
  });
});

describe('withCredentials', () => {
  it.each([
    ['rtsp://10.0.0.2:554/live?x=1', 'admin', 'secret', 'rtsp://admin:secret@10.0.0.2:554/live?x=1'],
    ['rtsp://10.0.0.2', 'admin', '50%@home', 'rtsp://admin:50%25%40home@10.0.0.2'],
    ['http://h/a', 'me', '100% sure/?#:ü', 'http://me:100%25%20sure%2F%3F%23%3A%C3%BC@h/a'],
    ['rtsp://***@h/a', 'admin', 'new', 'rtsp://admin:new@h/a'],
    ['rtsp://old:pass@h/a@b', 'admin', 'new', 'rtsp://admin:new@h/a@b'],
    [' http://h/ ', 'admin', '', 'http://admin:@h/'],
    ['rtsp://old:pass@h/a', '', '', 'rtsp://old:pass@h/a'],
    ['/dev/video0', 'admin', 'secret', '/dev/video0'],
    ['rtsp:', 'admin', 'secret', 'rtsp:'],
  ])('%s for %s, %s', (address, user, password, whole) => {
    expect(withCredentials(address, { user, password })).toBe(whole);
  });

  it('gives back by a URL what went in', () => {
    const password = 'a@b:c/d?e#f%g h&ü';
    const { username, password: sent } = new URL(withCredentials('http://h/', { user: 'ü@:', password }));
    expect([decodeURIComponent(username), decodeURIComponent(sent)]).toEqual(['ü@:', password]);
  });
});

it('takesCredentials tells cameras of a network from files', () => {
  expect(['http://h', 'RTSPS://h', 'rtmp://h'].every(takesCredentials)).toBe(true);
  expect(['/srv/a.mp4', 'demo:street', 'file:///a', 'srt://h'].some(takesCredentials)).toBe(false);
});
