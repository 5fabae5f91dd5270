import { LookoutError } from '@lookout/protocol/core';
import { describe, expect, it } from 'vitest';
import { parseSourceUrl } from './source-url.js';

describe('parseSourceUrl', () => {
  it.each([
    ['http://192.168.1.20:81/stream', 'http', 'http://192.168.1.20:81/stream'],
    ['HTTPS://u:secret@[fe80::1]/x', 'http', 'HTTPS://u:secret@[fe80::1]/x'],
    [' http://cam.local/video ', 'http', 'http://cam.local/video'],
    ['rtsp://u:secret@10.0.0.2:554/live', 'rtsp', 'rtsp://u:secret@10.0.0.2:554/live'],
    ['rtsps://10.0.0.2/live', 'rtsp', 'rtsps://10.0.0.2/live'],
    ['rtmp://10.0.0.2/live/a', 'network', 'rtmp://10.0.0.2/live/a'],
    ['srt://10.0.0.2:9000?passphrase=secret', 'network', 'srt://10.0.0.2:9000?passphrase=secret'],
    ['file:///videos/a%20b.mp4', 'file', '/videos/a b.mp4'],
    ['/videos/a b.mp4', 'file', '/videos/a b.mp4'],
    ['/dev/video0', 'device', '/dev/video0'],
    ['/dev/v4l/by-id/usb-046d_HD_Pro-video-index0', 'device', '/dev/v4l/by-id/usb-046d_HD_Pro-video-index0'],
    ['demo:street', 'file', '/clips/street.avi'],
  ])('%s', (url, kind, target) => {
    const address = parseSourceUrl(url, { demoClip: '/clips/street.avi' });
    expect(address).toMatchObject({ kind, target });
    expect(address.label).not.toContain('secret');
  });

  it.each([
    ['', 'empty'],
    ['   ', 'empty'],
    [`http://h/${'x'.repeat(2100)}`, 'longer than'],
    ['http://h/\nHost: x', 'control characters'],
    ['192.168.1.20:81/stream', 'how to open it'],
    ['yard', 'how to open it'],
    ['videos/a.mp4', 'how to open it'],
    ['ftp://10.0.0.2/a', "can't be opened over ftp"],
    ['concat:/etc/passwd|/etc/shadow', 'how to open it'],
    ['javascript://x', "can't be opened over"],
    ['http://', 'no valid host'],
    ['http://h:99999/', 'no valid host'],
    ['http://u:sec/ret@h/', 'no valid host'],
    ['rtsp://', 'no valid host'],
    ['/dev/sda', 'is not a video file'],
    ['/dev/videoX', 'is not a video file'],
    ['/proc/self/environ', 'is not a video file'],
    ['file:///videos/a.mp4%00', 'control characters'],
    ['/videos/../dev/sda', 'is not a video file'],
    ['file://other/videos/a.mp4', 'not valid'],
    ['demo:beach', 'only demo'],
  ])('refuses "%s"', (url, words) => {
    let error: unknown;
    try {
      parseSourceUrl(url, { demoClip: '/clips/street.avi' });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(LookoutError);
    const { code, message, hint } = error as LookoutError;
    expect(code).toBe('validation_failed');
    expect(message).toContain(words);
    expect(hint).toBeTruthy();
    expect(message + hint).not.toMatch(/sec.?ret/);
  });

  it.each([
    '//proc/self/mem',
    '///dev/zero',
    '/./sys/kernel',
    '/proc/./version',
    'file:////dev/zero',
    '/data/../proc/version',
  ])('takes %s for no video', (url) => {
    expect(() => parseSourceUrl(url)).toThrow(/is not a video file or camera/);
  });

  it('gives paths in their plain form', () => {
    expect(parseSourceUrl('//data///clip.mp4')).toMatchObject({ target: '/data/clip.mp4', label: '/data/clip.mp4' });
  });

  it('guesses what was meant, and says how to write a password', () => {
    const hintOf = (url: string) => {
      try {
        parseSourceUrl(url);
      } catch (error) {
        return (error as LookoutError).hint;
      }
      return undefined;
    };
    expect(hintOf('192.168.1.20:81/stream')).toBe('Did you mean http://192.168.1.20:81/stream?');
    expect(hintOf('http://admin:sec/ret@h/')).toContain('percent-encoded');
    expect(hintOf('demo:street')).toContain('setup');
  });
});
