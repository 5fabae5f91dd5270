import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type OnvifDeviceOptions, startOnvifDevice, syntheticJpeg } from '@lookout/media/testing';
import { expect, it } from 'vitest';
import { keep } from '../src/support/keep.js';
import { root } from '../src/support/paths.js';

// Our tests' simulated device, asked by clients that others wrote, so that it is not made to our own.

const run = promisify(execFile);
const snapshot = syntheticJpeg({ width: 320, height: 240 });

function startDevice(options: OnvifDeviceOptions = {}) {
  const device = startOnvifDevice({
    // These clients don't search on loopback.
    host: 'all',
    ...{ discoveryPort: 3702, credentials: { username: 'admin', password: 's3cret' }, snapshot, media2: true },
    profiles: [
      { token: 'a', name: 'Main', encoding: 'H264', streamUri: 'rtsp://{host}:554/main?a=1&b=2' },
      { token: 'b', name: 'Sub', encoding: 'H264', width: 640, height: 360, streamUri: 'rtsp://{host}:554/sub' },
    ],
    ...options,
  });
  return device.then((started) => keep(started, (each) => each.stop()));
}

it.each([0, 3_600_000, -86_400_000])(
  'Home Assistant’s client finds and asks it, its clock being %i ms off',
  async (clockOffsetMs) => {
    const device = await startDevice({ clockOffsetMs });
    const ask = async (password: string) => {
      const client = join(root, 'e2e/peers/onvif_client.py');
      const python = join(root, '.lookout/peers/onvif/bin/python');
      const { stdout } = await run(python, [client, '127.0.0.1', String(device.port), 'admin', password]);
      return JSON.parse(stdout) as { found: Array<{ xaddrs: string[]; scopes: string[] }>; asked: unknown };
    };
    const { found, asked } = await ask('s3cret');
    expect(found).toHaveLength(1);
    expect(found[0]?.xaddrs[0]).toContain(`:${device.port}/onvif/device_service`);
    expect(found[0]?.scopes).toContain('onvif://www.onvif.org/name/Test camera');
    expect(asked).toEqual({
      model: 'T-1000',
      streams: [
        ['Main', 'H264', 1920, 1080, 'rtsp://127.0.0.1:554/main?a=1&b=2'],
        ['Sub', 'H264', 640, 360, 'rtsp://127.0.0.1:554/sub'],
      ],
      snapshot_bytes: snapshot.length,
    });
    expect((await ask('wrong')).asked).toEqual({ error: expect.stringMatching(/not authorized/i) });
  },
);

it('Debian’s client finds and asks it, from another host', async () => {
  const ip = (...args: string[]) => execFileSync('ip', args, { stdio: 'pipe' });
  // Its searches don't reach devices on its own host.
  ip('netns', 'add', 'lookout-onvif');
  keep('lookout-onvif', (name) => ip('netns', 'delete', name));
  ip('link', 'add', 'lookout-onvif0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', 'lookout-onvif');
  keep('lookout-onvif0', (name) => ip('link', 'delete', name));
  ip('address', 'add', '10.77.77.1/30', 'dev', 'lookout-onvif0');
  ip('link', 'set', 'lookout-onvif0', 'up');
  ip('-n', 'lookout-onvif', 'address', 'add', '10.77.77.2/30', 'dev', 'eth0');
  ip('-n', 'lookout-onvif', 'link', 'set', 'eth0', 'up');
  ip('-n', 'lookout-onvif', 'route', 'add', 'default', 'via', '10.77.77.1');
  // Two of its requests within a millisecond have the same token.
  const device = await startDevice({ media2: false, takesReplays: true });

  const ask = async (...args: string[]) => {
    const client = run('ip', ['netns', 'exec', 'lookout-onvif', 'onvif-util', ...args], { timeout: 60_000 });
    client.child.stdin?.end('get rtsp\nget rtsp 1\nget time\nquit\n');
    return (await client.catch((error: { stdout: string }) => error)).stdout;
  };
  expect(await ask('-a')).toContain('10.77.77.1 camera(Test camera T-1000)');
  const asked = await ask('-u', 'admin', '-p', 's3cret', '10.77.77.1');
  expect(asked).toContain('rtsp://10.77.77.1:554/main?a=1&b=2');
  expect(asked).toContain('rtsp://10.77.77.1:554/sub');
  expect(asked).toContain('Time Offset: 0 seconds');
  const refused = await ask('-u', 'admin', '-p', 'wrong', '10.77.77.1');
  expect(refused).toContain('NotAuthorized');
  expect(device.asked).toContain('GetDeviceInformation!');
});
