import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { nowMs } from '@lookout/media';
import { SELF_SIGNED } from '@lookout/media/testing';
import { afterEach, expect, it } from 'vitest';
import { PushSources } from '../../pipeline/publishing/push-source.js';
import { SharedLimits } from '../../platform/auth/shared-limits.js';
import { TokenGrant } from '../../platform/auth/token-grant.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { RtmpPublishers } from './rtmp-publishers.js';

const closers: Array<() => unknown> = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A camera that counts the packets of its publishers, behind a port for RTMP and RTMPS. */
async function start() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  const metrics = new Metrics();
  const ignore = () => undefined;
  const packets: number[] = [];
  const sources = new PushSources({
    now: nowMs,
    openDecoder: () => ({
      put: (packet) => packets.push(packet.dtsMs),
      lost: ignore,
      demand: ignore,
      close: async () => {},
    }),
  });
  const events = {
    onFrame: ignore,
    onState: ignore,
    onInfo: ignore,
    onInvalid: ignore,
    onBytes: ignore,
    onThrottled: ignore,
  };
  const source = sources.open('yard', events, 0);
  const publishers = new RtmpPublishers({
    host: '127.0.0.1',
    port,
    sources,
    tokens: { find: (token) => (token === 'KEY' ? new TokenGrant('yard', 'publish', token) : undefined) },
    tls: { createServer: (create) => create(SELF_SIGNED) },
    limits: new SharedLimits(),
    metrics: metrics.publish,
    log: { debug: ignore, info: ignore, warn: ignore },
  });
  closers.push(
    () => metrics.close(),
    () => source.close(),
    () => publishers.close(),
  );
  await publishers.listen();
  return { port, packets, metrics };
}

function publish(address: string) {
  const input = ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=size=160x120:rate=25:duration=1'];
  const codec = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
  return once(spawn('ffmpeg', [...input, ...codec, '-f', 'flv', address], { stdio: 'ignore' }), 'close');
}

it.each(['rtmp', 'rtmps'])('one port takes publishers over %s', async (scheme) => {
  const { port, packets, metrics } = await start();
  expect((await publish(`${scheme}://127.0.0.1:${port}/live/KEY`))[0]).toBe(0);
  await expect
    .poll(() => metrics.registry.metrics())
    .toContain('lookout_rtmp_connections_total{reason="unpublished"} 1');
  expect(packets).toHaveLength(25);
});

it('closes connections that have sent nothing, when it closes', async () => {
  const { port } = await start();
  const silent = connect(port, '127.0.0.1').resume();
  await once(silent, 'connect');
  const closed = once(silent, 'close');
  await closers.pop()?.();
  await closed;
});
