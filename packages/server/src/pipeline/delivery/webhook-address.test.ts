import { describe, expect, it } from 'vitest';
import { WebhookAddresses } from './webhook-address.js';

const none = new WebhookAddresses([]);

describe('WebhookAddresses', () => {
  it.each([
    'http://localhost:8123/hook',
    'http://hook.localhost/',
    'http://127.0.0.1/',
    'http://0.0.0.0/',
    'http://2130706433/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://169.254.169.254/latest/meta-data',
    'http://[fe80::1]/',
    'http://[fd00:ec2::254]/',
    'http://100.100.100.200/',
  ])('refuses %s, which is this machine or a special address', (url) => {
    expect(() => none.check(url)).toThrow(/may not reach/);
  });

  it.each(['https://example.com/hook', 'http://192.168.1.20:8123/api/webhook/x', 'http://nas.local/'])(
    'takes %s',
    (url) => {
      expect(() => none.check(url)).not.toThrow();
    },
  );

  it('refuses a user and password, which would be sent and logged', () => {
    expect(() => none.check('https://me:secret@example.com/')).toThrow(/without user and password/);
  });

  it('takes hosts that the settings allow', () => {
    const addresses = new WebhookAddresses(['127.0.0.1', '[::1]', 'Localhost']);
    for (const host of ['127.0.0.1:8123', '[::1]', 'localhost']) {
      expect(() => addresses.check(`http://${host}/`)).not.toThrow();
    }
    expect(() => addresses.check('http://127.0.0.2/')).toThrow(/may not reach/);
  });

  it('refuses a connection to a name that leads to this machine', async () => {
    const failed = await new Promise((resolve) => none.lookup('localhost', { all: true }, (error) => resolve(error)));
    expect(failed).toMatchObject({ code: 'forbidden' });
  });

  it('connects to an allowed name wherever it leads', async () => {
    const addresses = await new Promise((resolve) =>
      new WebhookAddresses(['localhost']).lookup('localhost', { all: true }, (_error, found) => resolve(found)),
    );
    expect(addresses).toContainEqual({ address: '127.0.0.1', family: 4 });
  });
});
