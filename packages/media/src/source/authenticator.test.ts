import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Authenticator } from './authenticator.js';

const user = { username: 'Mufasa', password: 'Circle of Life' };

describe('Authenticator', () => {
  it('gives nothing until challenged', () => {
    expect(new Authenticator(user).authorization('DESCRIBE', 'rtsp://h/a')).toBeUndefined();
  });

  it('answers basic', () => {
    const authenticator = new Authenticator({ username: 'Aladdin', password: 'open sesame' });
    expect(authenticator.challenge(['Basic realm="cam"'])).toEqual({ answerable: true, stale: false });
    // The pair of RFC 7617 §2.
    expect(authenticator.authorization('PLAY', 'x')).toBe('Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==');
  });

  // RFC 7616 §3.9.1: user, nonce, cnonce and results of the RFC's own example (method GET, /dir/index.html).
  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('answers the RFC example for %s', (algorithm, response) => {
    const cnonce = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';
    const authenticator = new Authenticator(user, () => cnonce);
    const challenge =
      `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, ` +
      'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';
    expect(authenticator.challenge([challenge]).answerable).toBe(true);
    const value = authenticator.authorization('GET', '/dir/index.html') ?? '';
    expect(value).toContain(`response="${response}"`);
    expect(value).toContain('nc=00000001');
    expect(value).toContain('opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"');
    expect(value).toContain(`algorithm=${algorithm}`);
    expect(authenticator.authorization('GET', '/dir/index.html')).toContain('nc=00000002');
  });

  it('answers without qop as RFC 2069 does', () => {
    const md5 = (text: string) => createHash('md5').update(text).digest('hex');
    const authenticator = new Authenticator(user);
    authenticator.challenge(['Digest realm="r", nonce="n"']);
    const expected = md5(`${md5('Mufasa:r:Circle of Life')}:n:${md5('SETUP:rtsp://h/a')}`);
    const value = authenticator.authorization('SETUP', 'rtsp://h/a') ?? '';
    expect(value).toContain(`response="${expected}"`);
    expect(value).not.toMatch(/qop|nc=|cnonce|algorithm/);
  });

  it('prefers the stronger hash, and any to basic, in one field or several', () => {
    const authenticator = new Authenticator(user);
    const weak = 'Basic realm="r", Digest realm="r", nonce="a", algorithm=MD5';
    const strong = 'Digest realm="r",nonce="b",algorithm=SHA-256';
    authenticator.challenge([weak, strong]);
    expect(authenticator.authorization('PLAY', 'x')).toMatch(/nonce="b".*algorithm=SHA-256/);
    authenticator.challenge([strong, 'Digest realm="r",nonce="c",algorithm=SHA-512-256-sess', weak]);
    expect(authenticator.authorization('PLAY', 'x')).toMatch(/nonce="c".*algorithm=SHA-512-256-sess/);
    authenticator.challenge(['Basic realm="r"', 'Digest realm="r", nonce="a"']);
    expect(authenticator.authorization('PLAY', 'x')).toMatch(/^Digest .*nonce="a"/);
  });

  it('tells a stale nonce from a wrong password, and knows what it can not answer', () => {
    const authenticator = new Authenticator(user);
    expect(authenticator.challenge(['Digest realm="r", nonce="n", stale=TRUE']).stale).toBe(true);
    expect(authenticator.challenge(['Digest realm="r", nonce="n", stale=false']).stale).toBe(false);
    expect(authenticator.challenge(['Negotiate']).answerable).toBe(false);
    expect(authenticator.challenge(['Digest realm="r", nonce="n", algorithm=SHA-1']).answerable).toBe(false);
    expect(authenticator.challenge([]).answerable).toBe(false);
    expect(authenticator.challenge([`${'a'.repeat(60_000)},,,"`]).answerable).toBe(false);
  });
});
