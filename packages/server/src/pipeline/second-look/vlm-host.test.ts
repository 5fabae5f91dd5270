import type { LookupAddress } from 'node:dns';
import { beforeEach, describe, expect, it } from 'vitest';
import type { PageSettings, VlmConsent } from '../../platform/settings/page-settings.js';
import { VlmHost } from './vlm-host.js';

let url: string | undefined;
let consent: VlmConsent | undefined;
let addresses: string[];
beforeEach(() => {
  url = 'https://vlm.example/v1';
  consent = undefined;
  addresses = ['203.0.113.7'];
});

function host(): VlmHost {
  const values = (): Record<string, unknown> => ({
    'vlm.base_url': url,
    'vlm.model': 'small',
    'vlm.api_key': 'sk-secret',
    'vlm.consent': consent,
  });
  return new VlmHost({
    settings: { get: ((key: string) => values()[key]) as PageSettings['get'] },
    resolve: (_name, done) => {
      const found = addresses.map((address): LookupAddress => ({ address, family: 4 }));
      setImmediate(() => done(null, found));
    },
  });
}

const agreed = (to: string): VlmConsent => ({ host: to, by: 'Ada', at: 1 });
const connectsTo = (one: VlmHost) =>
  new Promise((resolve) =>
    one.lookup('vlm.example', { all: true }, (error, found) => resolve(error?.message ?? found)),
  );

describe('VlmHost', () => {
  it.each([
    ['this machine', 'http://127.0.0.1:11434/v1', []],
    ['this machine by IPv6', 'http://[::1]:11434/v1', []],
    ['the home network', 'http://192.168.1.20:8000', []],
    ['a name in the home network', 'http://gpu.lan/v1', ['10.0.0.5']],
  ])('sends to %s without asking', async (_what, address, found) => {
    url = address;
    addresses = found;
    expect(await host().state()).toMatchObject({ reach: 'local', consent: null });
    expect(await host().check()).toBeUndefined();
  });

  it('needs consent for a host outside, also if only one of its addresses is', async () => {
    expect(await host().check()).toBe('not_allowed');
    addresses = ['10.0.0.5', '203.0.113.7'];
    expect(await host().state()).toMatchObject({ host: 'vlm.example', reach: 'outside', problem: 'not_allowed' });
    url = 'https://203.0.113.7/v1';
    expect(await host().check()).toBe('not_allowed');
  });

  it('sends there once allowed, and reports by whom', async () => {
    consent = agreed('vlm.example');
    expect(await host().state()).toEqual({
      host: 'vlm.example',
      model: 'small',
      reach: 'outside',
      consent: { by: 'Ada', at: 1 },
    });
    expect(await connectsTo(host())).toEqual([{ address: '203.0.113.7', family: 4 }]);
  });

  it('does not apply consent for one host to another, or to another port', async () => {
    consent = agreed('vlm.example');
    url = 'https://vlm.example:8443/v1';
    expect(await host().check()).toBe('not_allowed');
  });

  it('connects only to allowed addresses, wherever the name resolves later', async () => {
    const one = host();
    addresses = ['10.0.0.5'];
    expect(await one.check()).toBeUndefined();
    addresses = ['203.0.113.7'];
    expect(await connectsTo(one)).toBe('pictures may not be sent to vlm.example');
  });

  it('accepts no host without an address, and no metadata service', async () => {
    addresses = [];
    expect(await host().check()).toBe('not_found');
    consent = agreed('vlm.example');
    addresses = ['169.254.169.254'];
    expect(await host().check()).toBe('not_found');
  });

  it('judges the host that is set once the name is resolved, not the earlier one', async () => {
    addresses = ['10.0.0.5'];
    const one = host();
    const checking = one.check();
    url = 'https://203.0.113.7/v1';
    expect(await checking).toBe('not_allowed');
  });

  it('reports that nothing is set up', async () => {
    url = undefined;
    expect(await host().state()).toMatchObject({ host: null, problem: 'not_set_up' });
  });
});
