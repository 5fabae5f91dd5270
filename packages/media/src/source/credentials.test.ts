import { describe, expect, it } from 'vitest';
import { decodePercent, redactUrl, splitCredentials } from './credentials.js';

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
    ['http://h/videostream.cgi?loginuse=admin&loginpas=secret', 'http://h/videostream.cgi?loginuse=admin&loginpas=***'],
    ['http://h/cgi?psw=secret&passwd=secret&api-key=secret', 'http://h/cgi?psw=***&passwd=***&api-key=***'],
    ['http://h/a?token=ab_cd==&x=1', 'http://h/a?token=***&x=1'],
    ['http://h/a?keyframe=1&monkeys=2', 'http://h/a?keyframe=1&monkeys=2'],
    ['http://h/a#access_token=secret', 'http://h/a#access_token=***'],
    [
      'rtsp://10.0.0.2:554/user=admin_password=x_yz_channel=1_stream=0.sdp?real_stream',
      'rtsp://10.0.0.2:554/user=admin_password=***_channel=1_stream=0.sdp?real_stream',
    ],
    ['rtsp://10.0.0.2/user=admin&password=secret&channel=1/', 'rtsp://10.0.0.2/user=admin&password=***&channel=1/'],
    ['rtsp://10.0.0.2/live;pwd=secret', 'rtsp://10.0.0.2/live;pwd=***'],
    ['rtsp://10.0.0.2/admin:secret/ch1', 'rtsp://10.0.0.2/***/ch1'],
    ['rtsp://10.0.0.2/admin:12345', 'rtsp://10.0.0.2/***'],
    ['http://proxy/10.0.0.2:8080/12:30/a', 'http://proxy/10.0.0.2:8080/12:30/a'],
    ['http://proxy/http://admin:secret@10.0.0.2/a', 'http://proxy/http://***@10.0.0.2/a'],
    ['nothing at /user=admin_password=secret (404)', 'nothing at /user=admin_password=*** (404)'],
    ['/dev/video0', '/dev/video0'],
    ['file:///tmp/a@b.mp4', 'file:///tmp/a@b.mp4'],
  ])('%s', (url, shown) => expect(redactUrl(url)).toBe(shown));

  it.each([
    ['letters', 'a'.repeat(200_000)],
    ['addresses', 'http://a:b@c/'.repeat(15_000)],
    ['fields', `http://h/?${'password=x&'.repeat(15_000)}`],
    ['fields of a path', `http://h/${'password=x_y='.repeat(15_000)}`],
    ['equals signs', `http://h/${'='.repeat(200_000)}`],
    ['colons', `http://h${'/a:b'.repeat(50_000)}`],
    ['at signs', `http://${'@'.repeat(200_000)}`],
  ])('takes a moment for a very long text of %s', (_, text) => {
    const startedMs = performance.now();
    redactUrl(text);
    // Minutes where its time grows with the square of the length; milliseconds on a machine that has nothing else to do.
    expect(performance.now() - startedMs).toBeLessThan(4000);
  });
});

describe('decodePercent', () => {
  it.each([
    ['50%%40home', '50%@home'],
    ['100%%20sure', '100% sure'],
    ['50%%C3%BC', '50%ü'],
    ['%E2%82%AC%F0%9F%92%A5', '€💥'],
    ['%', '%'],
    ['%C3(', '%C3('],
    ['%C3%28', '%C3('],
    ['%ED%A0%80', '%ED%A0%80'],
    ['%zz%2', '%zz%2'],
  ])('%s is %s', (text, decoded) => expect(decodePercent(text)).toBe(decoded));
});

describe('splitCredentials', () => {
  it('decodes user and password, and takes them out', () =>
    expect(splitCredentials('http://ad%40min:p%2Fw%25@10.0.0.2:81/stream?x=1')).toEqual({
      url: 'http://10.0.0.2:81/stream?x=1',
      username: 'ad@min',
      password: 'p/w%',
    }));

  it.each([
    ['http://u:100%@h/', '100%'],
    ['http://u:50%@home@h/', '50%@home'],
    ['http://u:100% sure@h/', '100% sure'],
    ['http://u:50%ü@h/', '50%ü'],
  ])('takes a lone percent sign as it is: %s', (url, password) =>
    expect(splitCredentials(url).password).toBe(password),
  );

  it('gives empty strings where there are none', () =>
    expect(splitCredentials('http://h/')).toEqual({ url: 'http://h/', username: '', password: '' }));
});
