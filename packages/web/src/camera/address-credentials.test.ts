import { describe, expect, it } from 'vitest';
import { takesCredentials, withCredentials } from './address-credentials.js';

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
