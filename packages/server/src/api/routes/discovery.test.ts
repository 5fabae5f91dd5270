import { type OnvifDevice, startOnvifDevice } from '@lookout/media/testing';
import type { DeviceDescription, DiscoverResult } from '@lookout/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWholeServer, type WholeServer } from '../../testing/whole-server.js';

// The whole server, and a device on this machine that answers searches where real ones do.

const credentials = { username: 'admin', password: 's3cret/#' };
let server: WholeServer;
let device: OnvifDevice;
beforeAll(async () => {
  device = await startOnvifDevice({
    ...{ discoveryPort: 3702, name: 'Discovery routes', credentials },
    profiles: [{ token: 'a', name: 'Main', encoding: 'H264', streamUri: 'rtsp://127.0.0.1:9/main' }],
  });
  server = await startWholeServer({ logLevel: 'trace' });
});
afterAll(async () => {
  await server.close();
  await device.stop();
});

const discover = (host?: string) => server.call<DiscoverResult>('POST', '/api/cameras/discover', host ? { host } : {});
const ask = (body: object) => server.call<DeviceDescription>('POST', '/api/cameras/discover/device', body);
const ours = ({ devices }: DiscoverResult) => devices.filter(({ name }) => name === 'Discovery routes');

describe('a search', () => {
  it('lists devices, and which were added', async () => {
    const camera = { id: 'found', url: 'rtsp://admin:x@127.0.0.1:9/main', enabled: false };
    expect((await server.call('POST', '/api/cameras', camera)).status).toBe(201);
    const { status, body } = await discover('127.0.0.1');
    expect(status).toBe(200);
    expect(ours(body)).toEqual([
      {
        address: device.address,
        ...{ host: '127.0.0.1', name: 'Discovery routes', manufacturer: 'Acme', model: 'T-1000', location: null },
        ...{ answered: true, camera_ids: ['found'] },
      },
    ]);
    const everywhere = (await discover()).body;
    expect(ours(everywhere)).toHaveLength(1);
    expect(everywhere.hints).toEqual([]);
  });

  it('of a silent host offers it all the same', async () => {
    const { body } = await discover('127.0.0.9:8000');
    expect(body.devices).toMatchObject([{ address: 'http://127.0.0.9:8000/onvif/device_service', answered: false }]);
    expect(body.hints).toContainEqual(expect.stringContaining('ONVIF may be switched off'));
  });

  it.each(['http://x/', 'a b', '10.0.0.2/path', 'user@host', '10.0.0.2:99999'])('of %s is refused', async (host) => {
    expect((await discover(host)).status).toBe(400);
  });

  it('runs twice at most', async () => {
    const statuses = await Promise.all([1, 2, 3].map(async () => (await discover('127.0.0.1')).status));
    expect(statuses.sort()).toEqual([200, 200, 429]);
  });
});

describe('a device', () => {
  it('tells its streams to who knows its password, which nothing repeats', async () => {
    const { username: user, password } = credentials;
    const { body, text } = await ask({ address: device.address, user, password });
    expect(body).toMatchObject({ ok: true, model: 'T-1000', channels: [{ main: { url: 'rtsp://127.0.0.1:9/main' } }] });
    const wrong = await ask({ address: device.address.replace('//', '//me:s3cret%2F%23@'), user, password: 'Wr0ng' });
    expect(wrong.body).toMatchObject({
      ok: false,
      code: 'camera_unauthorized',
      reason: 'User or password not accepted',
    });
    for (const secret of ['s3cret', 'Wr0ng']) expect(text + wrong.text + server.log.join('')).not.toContain(secret);
    expect(server.log.join('')).toContain('an ONVIF device was not described');
  });

  it.each(['ftp://127.0.0.1/', 'x', 'file:///etc/passwd'])('at %s is refused', async (address) => {
    expect((await ask({ address })).status).toBe(400);
  });
});
