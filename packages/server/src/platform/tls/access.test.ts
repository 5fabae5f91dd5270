import { stripVTControlCharacters } from 'node:util';
import { encode } from 'uqr';
import { beforeAll, describe, expect, it } from 'vitest';
import { accessNotice, describeAccess, qrCode } from './access.js';
import { createAuthority } from './authority.js';
import type { MachineNames } from './machine-names.js';

const names: MachineNames = {
  host: 'studio',
  dns: ['localhost', 'studio', 'studio.local'],
  ips: ['127.0.0.1', '::1', '192.168.1.7', 'fd00::7'],
};
let authority: string;
beforeAll(async () => {
  authority = (await createAuthority('studio', [], Date.now())).cert;
});

const at = (host: string) => ({ host, port: 8080 });

describe('describeAccess', () => {
  it('names the addresses phones can use', () => {
    const made = { authority, certificateNames: ['localhost'] };
    expect(describeAccess(at('0.0.0.0'), names, made).urls).toEqual([
      'https://192.168.1.7:8080',
      'https://studio.local:8080',
    ]);
    expect(describeAccess(at('::'), names, made).urls).toContain('https://[fd00::7]:8080');
    expect(describeAccess(at('192.168.1.7'), names, made).urls).toEqual(['https://192.168.1.7:8080']);
    expect(describeAccess(at('0.0.0.0'), names, made).authority?.fingerprint).toMatch(
      /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/,
    );
  });

  it('prefers the names of a certificate that was brought', () => {
    const given = { authority: undefined, certificateNames: ['localhost', '*.example.org', 'cam.example.org'] };
    const access = describeAccess(at('0.0.0.0'), names, given);
    expect(access.urls).toEqual(['https://cam.example.org:8080', 'https://192.168.1.7:8080']);
    expect(access.authority).toBeUndefined();
  });

  it('says why nobody can', () => {
    const made = { authority, certificateNames: [] };
    expect(describeAccess(at('127.0.0.1'), names, made)).toMatchObject({
      urls: [],
      reason: 'it listens on 127.0.0.1 only',
    });
    const alone = { ...names, ips: ['127.0.0.1', '::1'] };
    expect(describeAccess(at('0.0.0.0'), alone, made)).toMatchObject({
      urls: [],
      reason: expect.stringContaining('no address'),
    });
  });
});

describe('accessNotice', () => {
  it('shows address, QR code, what the phone will ask, and how to be rid of it', () => {
    const text = accessNotice(describeAccess(at('0.0.0.0'), names, { authority, certificateNames: [] }), false);
    expect(text).toContain('https://192.168.1.7:8080\n');
    expect(text).toContain(qrCode('https://192.168.1.7:8080', false));
    expect(text).toContain('Advanced, then Proceed');
    expect(text).toContain('Show Details, then visit this website');
    expect(text).toContain('https://192.168.1.7:8080/lookout-ca.crt');
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(140);
  });

  it('warns of nothing where the certificate is its owner’s', () => {
    const given = { authority: undefined, certificateNames: ['cam.example.org'] };
    const text = accessNotice(describeAccess(at('0.0.0.0'), names, given), false);
    expect(text).toContain('https://cam.example.org:8080');
    expect(text).not.toContain('warn');
  });
});

describe('qrCode', () => {
  it.each([true, false])('draws the very modules, light ones lit (colours: %s)', (colours) => {
    const url = 'https://192.168.1.7:8080';
    const lines = qrCode(url, colours).trimEnd().split('\n');
    const { data } = encode(url, { ecc: 'L', border: 2 });
    const read: boolean[][] = [];
    for (const line of lines) {
      const cells = [...stripVTControlCharacters(line).slice(2)];
      read.push(
        cells.map((cell) => cell === ' ' || cell === '▄'),
        cells.map((cell) => cell === ' ' || cell === '▀'),
      );
    }
    expect(read.slice(0, data.length)).toEqual(data);
  });
});
