import { describe, expect, it } from 'vitest';
import { redactUrl, splitCredentials } from './credentials.js';

describe('redactUrl', () => {
  it.each([
    ['http://10.0.0.2:81/stream', 'http://10.0.0.2:81/stream'],
    ['http://admin:secret@10.0.0.2:81/stream', 'http://***@10.0.0.2:81/stream'],
    ['rtsp://admin@10.0.0.2/live', 'rtsp://***@10.0.0.2/live'],
    ['rtsp://admin:se@cr:et@10.0.0.2/live', 'rtsp://***@10.0.0.2/live'],
    ['rtsp://admin:se/cret@10.0.0.2/live', 'rtsp://***@10.0.0.2/live'],
    ['rtsp://admin:se#cret@10.0.0.2/live', 'rtsp://***@10.0.0.2/live'],
    ['rtsp://admin:12#secret@10.0.0.2/live', 'rtsp://***@10.0.0.2/live'],
    ['rtsp://admin:12/secret@10.0.0.2/live', 'rtsp://***@10.0.0.2/live'],
    ['rtsp://admin:se?cret@10.0.0.2/live', 'rtsp://***@10.0.0.2/live'],
    ['http://h:8080/cam?mail=a@b.c', 'http://h:8080/cam?mail=a@b.c'],
    ['http://h/cgi?user=admin&pwd=secret&x=1', 'http://h/cgi?user=admin&pwd=***&x=1'],
    ['http://h/cgi?usr=a&Password=secret', 'http://h/cgi?usr=a&Password=***'],
    ['http://h/cgi?loginpas%73=secret#frag', 'http://h/cgi?loginpas%73=***#frag'],
    ['http://h/v.m3u8?token=secret&auth=secret&api_key=secret', 'http://h/v.m3u8?token=***&auth=***&api_key=***'],
    ['srt://h:9000?streamid=a&passphrase=secret', 'srt://h:9000?streamid=a&passphrase=***'],
    [
      'failed: http://u:secret@h/a, then rtsp://u:secret@h2/b?token=secret',
      'failed: http://***@h/a, then rtsp://***@h2/b?token=***',
    ],
    ['/dev/video0', '/dev/video0'],
    ['file:///tmp/a@b.mp4', 'file:///tmp/a@b.mp4'],
  ])('%s', (url, shown) => expect(redactUrl(url)).toBe(shown));
});

describe('splitCredentials', () => {
  it('decodes user and password, and takes them out', () =>
    expect(splitCredentials('http://ad%40min:p%2Fw%25@10.0.0.2:81/stream?x=1')).toEqual({
      url: 'http://10.0.0.2:81/stream?x=1',
      username: 'ad@min',
      password: 'p/w%',
    }));

  it('takes a lone percent sign as it is', () => expect(splitCredentials('http://u:100%@h/').password).toBe('100%'));

  it('gives empty strings where there are none', () =>
    expect(splitCredentials('http://h/')).toEqual({ url: 'http://h/', username: '', password: '' }));
});
