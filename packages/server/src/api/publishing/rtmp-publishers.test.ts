import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { Camera as CameraView } from '@lookout/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../testing/free-port.js';
import { startWholeServer, type WholeServer } from '../../testing/whole-server.js';

describe('RTMP publishers', () => {
  let server: WholeServer;
  let rtmpPort: number;
  let yard: CameraView;
  const encoders: ChildProcess[] = [];

  beforeAll(async () => {
    rtmpPort = await freePort();
    server = await startWholeServer({ env: { LOOKOUT_RTMP_PORT: `${rtmpPort}` }, logLevel: 'trace' });
  });
  afterAll(() => server?.close());
  beforeEach(async () => {
    yard = (await server.call<CameraView>('POST', '/api/cameras', { id: 'yard', kind: 'push' })).body;
  });
  afterEach(async () => {
    for (const encoder of encoders.splice(0)) encoder.kill('SIGKILL');
    await server.call('DELETE', '/api/cameras/yard');
  });

  /** Publishes in real time until it is ended. */
  function publish(key: string, size = '160x120') {
    const input = ['-v', 'error', '-re', '-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=25`];
    const codec = [
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-tune',
      'zerolatency',
      '-pix_fmt',
      'yuv420p',
      '-g',
      '25',
    ];
    const address = `rtmp://127.0.0.1:${rtmpPort}/live/${key}`;
    const encoder = spawn('ffmpeg', [...input, ...codec, '-f', 'flv', address], { stdio: ['pipe', 'ignore', 'pipe'] });
    encoders.push(encoder);
    let errors = '';
    encoder.stderr.on('data', (text) => {
      errors += text;
    });
    const ended = once(encoder, 'close').then(() => errors);
    return { encoder, ended };
  }

  const camera = async () => (await server.call<CameraView>('GET', '/api/cameras/yard')).body;
  const isLive = (width = 160) => expect.poll(camera).toMatchObject({ state: 'live', width });

  it('make their camera live, with pictures, until they stop', async () => {
    const { encoder, ended } = publish(yard.publish_token as string);
    await isLive();
    expect(await camera()).toMatchObject({ codec: 'h264', height: 120, video: { codec: 'h264', fps: 25 } });
    const snapshot = async () =>
      (await fetch(`${server.url}/api/cameras/yard/snapshot.jpg`)).headers.get('content-type');
    await expect.poll(snapshot).toBe('image/jpeg');
    encoder.stdin.write('q');
    await ended;
    await expect.poll(camera).toMatchObject({ state: 'off', state_reason: 'The publisher disconnected' });
  });

  it('are replaced by a newer one', async () => {
    const first = publish(yard.publish_token as string);
    await isLive();
    publish(yard.publish_token as string, '320x240');
    expect(await first.ended).not.toBe('');
    await isLive(320);
  });

  it.each([
    ['an unknown key', () => 'lp_unknown'],
    ['the key for viewers', () => yard.view_token as string],
  ])('are refused with %s', async (_name, key) => {
    expect(await publish(key()).ended).toContain('The stream key is wrong');
    expect((await camera()).state_reason).toBe('Waiting for a publisher');
  });

  it('are refused while their camera is switched off', async () => {
    await server.call('PATCH', '/api/cameras/yard', { enabled: false });
    expect(await publish(yard.publish_token as string).ended).toContain('This camera is switched off');
  });

  it('end when their key is replaced', async () => {
    const { ended } = publish(yard.publish_token as string);
    await isLive();
    await server.call('POST', '/api/cameras/yard/tokens');
    await ended;
    await expect.poll(camera).toMatchObject({
      state: 'off',
      state_reason: 'The publisher disconnected: The stream key was replaced',
    });
  });

  it('end when their camera is removed', async () => {
    const { ended } = publish(yard.publish_token as string);
    await isLive();
    await server.call('DELETE', '/api/cameras/yard');
    await ended;
  });

  it('find the port in the system information', async () => {
    expect((await server.call('GET', '/api/system')).body).toMatchObject({ rtmp_port: rtmpPort });
  });

  it('are counted by how they ended, and never have their keys logged', async () => {
    const { text } = await server.call('GET', '/metrics');
    expect(text).toMatch(/lookout_rtmp_connections_total\{reason="unpublished"\} [1-9]/);
    expect(text).toMatch(/lookout_rtmp_connections_total\{reason="refused"\} 3/);
    expect(text).not.toMatch(/l[pv]_/);
    expect(server.log.filter((line) => line.includes('RTMP')).length).toBeGreaterThan(0);
    expect(server.log.filter((line) => /lp_|lv_/.test(line))).toEqual([]);
  });
});

describe('a server whose RTMP port is taken', () => {
  it('says so, and does the rest', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const server = await startWholeServer({ env: { LOOKOUT_RTMP_PORT: `${port}` }, logLevel: 'warn' });
    try {
      const { status, body } = await server.call<{ checks: object }>('GET', '/readyz');
      const problem = `port ${port} is in use by another program: choose another one with --rtmp-port`;
      expect(status).toBe(200);
      expect(body).toMatchObject({ status: 'degraded', checks: { rtmp: problem } });
      expect(server.log.join()).toContain(problem);
      expect((await server.call<object>('GET', '/api/system')).body).not.toHaveProperty('rtmp_port');
    } finally {
      await server.close();
      other.close();
    }
  });
});
