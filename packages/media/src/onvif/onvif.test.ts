import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { type OnvifDevice, type OnvifDeviceOptions, startOnvifDevice } from '../testing/onvif/device.js';
import { startTlsRelay } from '../testing/relay.js';
import { syntheticJpeg } from '../testing/synthetic-jpeg.js';
import { type DescribeDeviceOptions, describeDevice } from './describe-device.js';
import { describeOnvifDevice } from './onvif.js';

const CREDENTIALS = { username: 'ad<m>in&co', password: 'pä55 "wörd" €' };
const PROFILES = [
  { token: 'audio', name: 'Audio' },
  { token: 'main', name: 'Main', encoding: 'H264', streamUri: 'rtsp://127.0.0.1:554/main?channel=1&x=2' },
  { token: 'sub', name: 'Sub', encoding: 'H264', width: 640, height: 360, streamUri: 'rtsp://127.0.0.1:554/sub' },
  { token: 'big', name: 'Big', encoding: 'H265', width: 2560, height: 1440, streamUri: 'rtsp://127.0.0.1:554/big' },
] as const;

type Misbehaviour = (operation: string, response: ServerResponse) => unknown;

const stops: Array<() => unknown> = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function deviceWith(options: OnvifDeviceOptions): Promise<OnvifDevice> {
  const device = await startOnvifDevice({ profiles: PROFILES, ...options });
  stops.push(() => device.stop());
  return device;
}

/** In this thread, which is faster, for devices that behave. */
const describing = (address: string, options: Partial<DescribeDeviceOptions> = {}) =>
  describeDevice({ address, user: '', password: '', ...options });
const signedIn = { user: CREDENTIALS.username, password: CREDENTIALS.password };

describe('a device', () => {
  it('tells maker, streams and a picture, in a thread of its own', async () => {
    const snapshot = syntheticJpeg({ width: 64, height: 48 });
    const { address } = await deviceWith({ credentials: CREDENTIALS, snapshot });
    const found = await describeOnvifDevice({ address, ...signedIn });
    expect(found).toMatchObject({ manufacturer: 'Acme', model: 'T-1000', firmware: '5.7.1', notes: [] });
    expect(found.channels).toEqual([
      {
        name: 'Main',
        main: {
          url: 'rtsp://127.0.0.1:554/main?channel=1&x=2',
          ...{ profile: 'Main', codec: 'h264', width: 1920, height: 1080, fps: 25 },
        },
        sub: {
          url: 'rtsp://127.0.0.1:554/sub',
          ...{ profile: 'Sub', codec: 'h264', width: 640, height: 360, fps: 25 },
        },
        picture: `data:image/jpeg;base64,${Buffer.from(snapshot).toString('base64')}`,
      },
    ]);
  });

  it('tells of H.265 by Media2, and may want HTTP Digest', async () => {
    const { address, asked } = await deviceWith({ credentials: CREDENTIALS, authentication: 'digest', media2: true });
    const { channels } = await describing(address, signedIn);
    expect(channels[0]).toMatchObject({ main: { codec: 'hevc', width: 2560 }, sub: { width: 640 }, picture: null });
    expect(asked).toContain('GetProfiles');
  });

  it('is asked by its own clock, which is said to be wrong', async () => {
    const { address } = await deviceWith({ credentials: CREDENTIALS, clockOffsetMs: -86_400_000 });
    const { notes } = await describing(address, signedIn);
    expect(notes).toEqual([expect.stringContaining("The device's clock is wrong: it says")]);
  });

  it.each(['token', 'digest'] as const)('refuses a user or password, by %s', async (authentication) => {
    const { address, asked } = await deviceWith({ credentials: CREDENTIALS, authentication });
    await expect(describing(address, { user: 'admin', password: 'wrong' })).rejects.toMatchObject({
      code: 'camera_unauthorized',
      message: 'User or password not accepted',
    });
    await expect(describing(address)).rejects.toMatchObject({
      code: 'camera_unauthorized',
      message: 'The device requires a user and a password',
    });
    expect(asked).not.toContain('GetProfiles');
  });

  it('has its streams on its own host, whatever it names, and no request goes elsewhere', async () => {
    const elsewhere = await deviceWith({});
    const profiles = PROFILES.map((profile) => ({ ...profile, streamUri: 'rtsp://203.0.113.9:8554/live' }));
    const { address, asked } = await deviceWith({ profiles, namedHost: `203.0.113.9:${elsewhere.port}/x?` });
    const { channels, notes } = await describing(address);
    expect(channels[0]).toMatchObject({ main: { url: 'rtsp://127.0.0.1:8554/live' }, sub: null });
    expect(notes).toContain(
      'The device names 203.0.113.9 in its addresses; 127.0.0.1, where it answers, is used instead.',
    );
    expect(asked).toContain('GetStreamUri');
    expect(elsewhere.asked).toEqual([]);
  });

  it('gets no picture from another host that it leads to', async () => {
    const elsewhere = await deviceWith({ snapshot: syntheticJpeg({ width: 64, height: 48 }) });
    const { address } = await deviceWith({
      snapshot: new Uint8Array(),
      misbehave: (operation, response) => {
        const location = `http://localhost:${elsewhere.port}/snapshot.jpg`;
        if (operation === 'snapshot') response.writeHead(302, { location }).end();
        return operation === 'snapshot';
      },
    });
    const { channels, notes } = await describing(address);
    expect(channels[0]?.picture).toBeNull();
    expect(notes).toEqual([
      'The device gave no picture: The camera leads to localhost, which is another host than its own.',
    ]);
    expect(elsewhere.asked).toEqual([]);
  });

  it.each([
    ['without video', [{ token: 'a', name: 'Audio' }], 'None of the profiles of the device has video'],
    ['without addresses', [{ token: 'a', name: 'A', encoding: 'H264' }], 'The device names no address of a stream'],
  ] as const)('with profiles %s says so', async (_what, profiles, message) => {
    const { address } = await deviceWith({ profiles });
    await expect(describing(address)).rejects.toMatchObject({ code: 'camera_unsupported', message });
  });

  it('with a certificate of its own is asked nothing until that is accepted', async () => {
    const device = await deviceWith({});
    const relay = await startTlsRelay(device.port);
    stops.push(() => relay.close());
    const address = `https://127.0.0.1:${relay.port}/onvif/device_service`;
    const error: unknown = await describeOnvifDevice({ address, user: '', password: '' }).catch((each) => each);
    expect(error).toMatchObject({ code: 'camera_refused', tlsPin: expect.stringMatching(/^sha256\//) });
    expect(device.asked).toEqual([]);
    const { tlsPin } = error as { tlsPin: string };
    expect((await describing(address, { tlsPin })).model).toBe('T-1000');
  });

  it('is not where nothing listens', async () => {
    const device = await deviceWith({});
    const { port, address } = device;
    await device.stop();
    await expect(describing(address)).rejects.toMatchObject({
      code: 'camera_unreachable',
      message: `Nothing listens at 127.0.0.1:${port}: the connection was refused`,
    });
  });

  it('may not be where its caller may not connect', async () => {
    const { address, asked } = await deviceWith({});
    await expect(describing(address, { limits: { mostPrivate: 'private' } })).rejects.toMatchObject({
      code: 'camera_refused',
    });
    expect(asked).toEqual([]);
  });
});

describe('a device that misbehaves', () => {
  const open = (response: ServerResponse) => response.writeHead(200, { 'Content-Type': 'application/soap+xml' });
  const envelope = (body: string) => `<s:Envelope xmlns:s="s"><s:Body>${body}</s:Body></s:Envelope>`;
  const cases: Array<[what: string, code: string, misbehave: Misbehaviour]> = [
    ['sends garbage', 'source_protocol_error', (_, response) => open(response).end('\u0000<<<&&>')],
    ['sends a page', 'source_protocol_error', (_, response) => response.writeHead(404).end('<html>Not found</html>')],
    ['never answers', 'camera_stalled', () => undefined],
    ['stops in the middle', 'camera_stalled', (_, response) => open(response).write('<s:Envelope>')],
    [
      'never ends its answer',
      'source_protocol_error',
      (_, response) => {
        const more = () => {
          while (response.write('a'.repeat(65_536)));
        };
        open(response).on('drain', more);
        more();
      },
    ],
    [
      'sends entities to expand',
      'source_protocol_error',
      (_, response) => open(response).end(`<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>${envelope('&b;')}`),
    ],
    [
      'answers nothing in proper form',
      'source_protocol_error',
      (_, response) => open(response).end(envelope('<GetServicesResponse/><GetSystemDateAndTimeResponse/>')),
    ],
  ];

  const misbehaving = async (misbehave: Misbehaviour) => {
    const respond = (operation: string, response: ServerResponse) => {
      misbehave(operation, response);
      return true;
    };
    const { address } = await deviceWith({ misbehave: respond });
    return { address, user: 'admin', password: 'secret', callTimeoutMs: 300 };
  };

  it.each(cases)('that %s', async (_what, code, misbehave) => {
    const error: unknown = await describeDevice(await misbehaving(misbehave)).catch((each) => each);
    expect(error).toMatchObject({ code, hint: expect.any(String) });
    expect(String(error)).not.toContain('secret');
  });

  it.each([
    // The library looks for namespaces by an expression that takes the square of this length.
    ['what takes minutes to read', 'xmlns'.repeat(400_000)],
    ['deeply nested XML', envelope(`${'<a>'.repeat(20_000)}${'</a>'.repeat(20_000)}`)],
  ])('that sends %s is given up with its thread', async (_what, text) => {
    const options = await misbehaving((_, response) => open(response).end(text));
    const error: unknown = await describeOnvifDevice({ ...options, deadlineMs: 1500 }).catch((each) => each);
    expect(error).toMatchObject({ code: expect.stringMatching(/camera_stalled|source_protocol_error/) });
  });
});
