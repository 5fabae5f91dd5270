import { describe, expect, it } from 'vitest';
import { baseUrl, controlUrls, ownSetupUrl, parseRtspUrl } from './rtsp-url.js';

describe('parseRtspUrl', () => {
  it('keeps credentials apart from the request', () => {
    expect(parseRtspUrl('rtsp://ad%20min:p%40ss%3A@cam.local:8554/a/b?c=1&d=2')).toEqual({
      host: 'cam.local',
      port: 8554,
      named: false,
      secure: false,
      requestUrl: 'rtsp://cam.local:8554/a/b?c=1&d=2',
      credentials: { username: 'ad min', password: 'p@ss:' },
    });
  });

  it('has a default port, reads IPv6 and bare percent signs', () => {
    expect(parseRtspUrl('rtsp://[fe80::1]/x')).toMatchObject({ host: 'fe80::1', port: 554, credentials: undefined });
    expect(parseRtspUrl('rtsps://h/x')).toMatchObject({ port: 322, secure: true, requestUrl: 'rtsps://h/x' });
    expect(parseRtspUrl('rtsp://a:100%@h/').credentials?.password).toBe('100%');
  });

  it.each(['rtsp:///x', 'http://user:secret@h/', 'user:secret@h', 'rtsp://u:secret@h:99999/'])(
    'refuses %s without repeating it',
    (url) => {
      expect(() => parseRtspUrl(url)).toThrowError(expect.objectContaining({ code: 'validation_failed' }));
      expect(() => parseRtspUrl(url)).not.toThrowError(/secret/);
    },
  );
});

describe('control URLs', () => {
  it.each([
    ['rtsp://h/cam/', 'trackID=1', ['rtsp://h/cam/trackID=1']],
    ['rtsp://h/cam', 'trackID=1', ['rtsp://h/cam/trackID=1']],
    ['rtsp://h/cam', '/trackID=1', ['rtsp://h/cam/trackID=1']],
    ['rtsp://h/cam', 'rtsp://other/x', ['rtsp://other/x']],
    ['rtsp://h/cam/', '*', ['rtsp://h/cam/']],
    ['rtsp://h/cam/', undefined, ['rtsp://h/cam/']],
    ['rtsp://h/cam?ch=1/', 'trackID=0', ['rtsp://h/cam?ch=1/trackID=0', 'rtsp://h/cam/trackID=0?ch=1']],
    ['rtsp://h/cam?ch=1', 'trackID=0', ['rtsp://h/cam?ch=1/trackID=0', 'rtsp://h/cam/trackID=0?ch=1']],
    ['rtsp://h/cam', '?ctype=video', ['rtsp://h/cam?ctype=video']],
  ])('%s with %s', (base, control, expected) => {
    expect(controlUrls(base, control)).toEqual(expected);
  });

  it('takes the first usable base', () => {
    expect(baseUrl('rtsp://h/a', 'rtsp://h/a/', 'rtsp://h/l/')).toBe('rtsp://h/a/');
    expect(baseUrl('rtsp://h/a', '', 'rtsp://h/l/')).toBe('rtsp://h/l/');
    expect(baseUrl('rtsp://h/a', '/nonsense')).toBe('rtsp://h/a');
    expect(baseUrl('rtsp://h/a', 'rtsp://rtsp://h/b/')).toBe('rtsp://h/b/');
    expect(baseUrl('rtsp://h/a', 'rtsp://', 'rtsp:///x')).toBe('rtsp://h/a');
    expect(baseUrl('rtsps://h/a', 'rtsps://rtsps://h/b/')).toBe('rtsps://h/b/');
  });

  it.each([
    ['another base was told', 'rtsp://h/a', 'track', ['rtsp://10.0.0.1/x/track'], 'rtsp://h/a/track'],
    ['the base was right', 'rtsp://h/a', 'track', ['rtsp://h/a/track'], 'rtsp://h/a'],
    ['the control is absolute', 'rtsp://h/a', 'rtsp://10.0.0.1/t', ['rtsp://10.0.0.1/t'], 'rtsp://h/a'],
    ['there is no control', 'rtsp://h/a', undefined, ['rtsp://10.0.0.1/x'], 'rtsp://h/a'],
  ])('has one more where %s', (_, requestUrl, control, tried, expected) => {
    expect(ownSetupUrl(requestUrl, control, tried)).toBe(expected);
  });
});
