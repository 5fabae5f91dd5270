import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DetectionSession, LookoutClient } from '@lookout/client';
import { WebRtcClient } from '@lookout/media/testing';
import type { Camera, CameraDetailStats, ClusterNode, EventsPage, RuleTestResult, StoredRule } from '@lookout/protocol';
import { DetectSettings } from '@lookout/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from './support/free-port.js';
import { isJpeg } from './support/jpeg.js';
import { keep } from './support/keep.js';
import { LookoutProcess } from './support/lookout-process.js';
import { Postgres } from './support/postgres.js';
import { RawSocket } from './support/socket.js';
import { streetJpegs } from './support/start.js';
import { until } from './support/until.js';

/** On a busy machine a camera takes long to open; how soon they move is for `bench cluster` to say. */
const SLOW = { timeoutMs: 60_000 };

const CAMERAS = ['gate', 'hall', 'yard', 'door'];

let folder: string;
let postgres: Postgres;
const nodes = new Map<string, LookoutProcess>();
const rtmpPorts = new Map<string, number>();

async function startNode(name: string): Promise<LookoutProcess> {
  const port = await freePort();
  const rtmpPort = await freePort();
  rtmpPorts.set(name, rtmpPort);
  const args = ['--cluster', postgres.url, '--node-url', `http://127.0.0.1:${port}`, '--node-name', name];
  args.push('--rtmp-port', `${rtmpPort}`);
  const node = await LookoutProcess.start({ port, args: [...args, '--join-secret-file', join(folder, 'secret')] });
  nodes.set(name, node);
  return node;
}

function nodeOf(name: string): LookoutProcess {
  const node = nodes.get(name);
  if (!node) throw new Error(`${name} does not run`);
  return node;
}

/** How many cameras each node has, as one of them says. */
async function shares(through: LookoutProcess): Promise<Record<string, number>> {
  const all = await through.json<ClusterNode[]>('/api/nodes');
  return Object.fromEntries(all.filter(({ state }) => state !== 'away').map(({ id, cameras }) => [id, cameras.length]));
}

/** A detection session that `first` opens, while another node gets all that follows, as behind a balancer. */
function openSession(first: LookoutProcess, then: LookoutProcess): Promise<DetectionSession> {
  let isOpened = false;
  const balanced: typeof fetch = (address, init) => {
    const { pathname, search } = new URL(String(address));
    const node = isOpened ? then : first;
    isOpened ||= pathname === '/stream/sessions';
    return node.fetch(pathname + search, init);
  };
  const client = new LookoutClient({ baseUrl: first.url, fetch: balanced });
  return client.openDetectionSession({ transport: 'sse' });
}

/** Cameras that are live on the node that has them. */
async function liveCameras(): Promise<string[]> {
  const lists = await Promise.all(
    [...nodes].map(async ([name, node]) => {
      const all = await node.json<Camera[]>('/api/cameras');
      return all.filter((camera) => camera.node === name && camera.state === 'live').map(({ id }) => id);
    }),
  );
  return lists.flat().sort();
}

/** A camera that a node has, as another one describes it. */
async function cameraOf(name: string, through: LookoutProcess): Promise<Camera> {
  const camera = (await through.json<Camera[]>('/api/cameras')).find(({ node }) => node === name);
  if (!camera) throw new Error(`${name} has no camera`);
  return camera;
}

const watch = (id: string, through: LookoutProcess) => RawSocket.open(`${through.wsUrl}/ws/view/${id}?mode=overlay`);

describe('several nodes', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lookout-cluster-'));
    writeFileSync(join(folder, 'secret'), 'a secret that all three nodes have in common');
    postgres = new Postgres();
    await startNode('n1');
    await startNode('n2');
  });

  afterAll(async () => {
    await Promise.all([...nodes.values()].map((node) => node.stop()));
    postgres.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('share cameras that any of them was given, and know what the others change', async () => {
    const n1 = nodeOf('n1');
    for (const id of CAMERAS) {
      await n1.addCamera({ id, name: id, url: 'demo:street', detect: DetectSettings.parse({ idle_fps: 2 }) });
    }
    await until('all cameras are live', async () => (await liveCameras()).length === CAMERAS.length);
    await until(
      'each has its share',
      async () => {
        const has = await shares(nodeOf('n2'));
        return (has.n1 ?? 0) >= 1 && (has.n2 ?? 0) >= 1;
      },
      SLOW,
    );
    expect((await nodeOf('n2').json<Camera[]>('/api/cameras')).map(({ id }) => id).sort()).toEqual([...CAMERAS].sort());
    await n1.send('POST', '/api/rules', { prompt: 'warn when a person is seen' });
    for (const node of nodes.values()) {
      await until('each node has the rule', async () => (await node.json<StoredRule[]>('/api/rules')).length > 0);
      // Somebody must come into each picture first.
      const hasAll = async () => {
        const { events } = await node.json<EventsPage>('/api/events');
        return new Set(events.map(({ camera }) => camera)).size === CAMERAS.length;
      };
      await until('each node has the events of all', hasAll, { timeoutMs: 60_000 });
    }
  });

  it('show the cameras of each other, and answer for each other', async () => {
    const n2 = nodeOf('n2');
    const elsewhere = await cameraOf('n1', n2);
    expect(elsewhere).toMatchObject({ state: 'live', width: 768 });
    const { id } = elsewhere;
    const viewer = await watch(id, n2);
    const [{ meta, jpeg } = { meta: undefined, jpeg: Buffer.alloc(0) }] = await viewer.framesAtLeast(5);
    expect(isJpeg(jpeg)).toBe(true);
    expect(meta).toMatchObject({ width: 768, height: 576 });
    expect(meta?.inference_size).toBeGreaterThan(0);
    expect((await n2.fetch(`/api/cameras/${id}/snapshot.jpg`)).headers.get('content-type')).toBe('image/jpeg');
    const { viewer_count } = await n2.json<CameraDetailStats>(`/api/cameras/${id}/stats`);
    expect(viewer_count).toBe(1);
    const test = { prompt: 'warn when a person is seen', camera: id, minutes: 5 };
    expect((await n2.send<RuleTestResult>('POST', '/api/rules/test', test)).events.length).toBeGreaterThan(0);
  });

  it('take encoders that publish to a camera of the other', async () => {
    const n1 = nodeOf('n1');
    const { publish_token: key } = await n1.send<Camera>('POST', '/api/cameras', { id: 'phone', kind: 'push' });
    const phone = () => n1.camera('phone');
    const node = await until('a node has it', async () => (await phone()).node);
    const other = [...nodes.keys()].find((name) => name !== node) ?? '';
    const video = ['-re', '-f', 'lavfi', '-i', 'testsrc=size=160x120:rate=15', '-c:v', 'libx264', '-g', '15'];
    const address = `rtmp://127.0.0.1:${rtmpPorts.get(other)}/live/${key}`;
    const encoder = spawn('ffmpeg', [...video, '-pix_fmt', 'yuv420p', '-tune', 'zerolatency', '-f', 'flv', address], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    keep(encoder, () => encoder.kill('SIGKILL'));
    await until('it is live', async () => (await phone()).state === 'live', { last: phone });
    expect(await phone()).toMatchObject({ node, width: 160 });
    const entries = [node, other, other].map(nodeOf);
    const players = await Promise.all(entries.map(({ wsUrl }) => RawSocket.open(`${wsUrl}/ws/mse/phone`)));
    await until('each node plays its video', () => players.every(({ binaries }) => binaries.length > 10));
    expect(players.map(({ messages }) => messages[0])).toEqual(
      players.map(() => ({ type: 'init', codec: expect.stringMatching(/^avc1/), width: 160, height: 120 })),
    );
    const stats = await nodeOf(other).json<CameraDetailStats>('/api/cameras/phone/stats');
    expect(stats.video?.takers, 'a player, and the other node for both of its').toBe(2);
    for (const { socket } of players) socket.close();
    const client = new WebRtcClient('recvonly');
    keep(client, () => client.close());
    const headers = { 'Content-Type': 'application/sdp' };
    const offer = { method: 'POST', headers, body: await client.offer() };
    const answer = await nodeOf(other).fetch('/whep/phone', offer);
    await client.accept(await answer.text());
    await until('it plays over WebRTC there', () => client.frames > 10);
    const session = answer.headers.get('location') ?? '';
    expect(session).toMatch(new RegExp(`^/whep/phone/${other}-`));
    const end = () => nodeOf(node).fetch(session, { method: 'DELETE' });
    expect([(await end()).status, (await end()).status], 'at any node').toEqual([204, 404]);
    encoder.stdin.write('q');
    await until('it is off', async () => (await phone()).state_reason === 'The publisher disconnected', {
      last: phone,
    });
    await n1.fetch('/api/cameras/phone', { method: 'DELETE' });
  });

  it('have the pictures of each other’s events, and remove them', async () => {
    const n2 = nodeOf('n2');
    const pictured = await until('an event of n1 has a picture', async () => {
      const { events } = await n2.json<EventsPage>('/api/events');
      return events.find(({ node, snapshot_url }) => node === 'n1' && snapshot_url !== null);
    });
    const { id } = pictured;
    const picture = await n2.fetch(pictured.snapshot_url ?? '');
    expect(isJpeg(Buffer.from(await picture.arrayBuffer()))).toBe(true);
    await until('the clip is there', async () => (await n2.fetch(`/api/events/${id}/clip.mp4`)).ok);
    const snapshots = join(nodeOf('n1').data, 'events', 'snapshots');
    const isKept = () => readdirSync(snapshots, { recursive: true }).some((file) => String(file).includes(id));
    expect(isKept()).toBe(true);
    await n2.fetch(`/api/events/${id}`, { method: 'DELETE' });
    expect(isKept()).toBe(false);
    expect((await n2.fetch(`/api/events/${id}`)).status).toBe(404);
  });

  it('take over the cameras of a node that was killed, and show them to those who watch', async () => {
    const n2 = nodeOf('n2');
    const viewer = await watch((await cameraOf('n1', n2)).id, n2);
    const seen = (await viewer.framesAtLeast(1)).length;
    const { events } = await n2.json<EventsPage>('/api/events');
    const pictured = events.find(({ node, snapshot_url }) => node === 'n1' && snapshot_url !== null);
    const session = await openSession(nodeOf('n1'), n2);
    const [jpeg = new Uint8Array()] = await streetJpegs();
    expect(await session.detect(jpeg), 'passed on').toMatchObject({ type: 'result' });
    await nodeOf('n1').end('SIGKILL');
    nodes.delete('n1');
    await until('all cameras are live again', async () => (await liveCameras()).length === CAMERAS.length, SLOW);
    await viewer.framesAtLeast(seen + 5, SLOW.timeoutMs);
    await session.ready();
    expect(await session.detect(jpeg), 'of another session').toMatchObject({ type: 'result' });
    await session.close();
    const away = await n2.fetch(pictured?.snapshot_url ?? '');
    expect([away.status, away.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await away.json()).toMatchObject({ detail: 'The picture of this event is on node n1, which is away' });
  });

  it('give a node that joins its share, and get it back when it is drained', async () => {
    const n3 = await startNode('n3');
    await until('the new node has its share', async () => (await shares(n3)).n3 !== 0, SLOW);
    await nodeOf('n2').json('/api/nodes/n3/drain', { method: 'POST' });
    await until('the drained node has no camera', async () => (await shares(n3)).n3 === 0, SLOW);
    await until('all cameras are live', async () => (await liveCameras()).length === CAMERAS.length);
    await nodeOf('n2').json('/api/nodes/n3/resume', { method: 'POST' });
    const session = await RawSocket.open(`${n3.wsUrl}/stream/detection`);
    nodes.delete('n3');
    await n3.stop();
    await until('the session has ended with its node', () => session.closed?.code === 1012);
  });

  it('refuse a node that has another secret', async () => {
    writeFileSync(join(folder, 'other'), 'another secret that none of the others has');
    const args = [
      '--cluster',
      postgres.url,
      '--node-url',
      'http://127.0.0.1:9',
      '--join-secret-file',
      join(folder, 'other'),
    ];
    await expect(LookoutProcess.start({ args })).rejects.toThrow('have another join secret');
  });
});
