import { once as onceEmitted } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Camera } from '@lookout/protocol';
import { WebSocket } from 'ws';
import { median, monotonicMs, percentile, sleep } from '../lib/figures.js';
import { LiveViewer } from '../lib/live-viewer.js';
import { numberOptions, report } from '../lib/options.js';
import { BenchPostgres } from '../lib/postgres.js';
import { type BenchServer, freePort, startServer } from '../lib/server-process.js';
import { startStampedCameras } from '../lib/stamped-cameras.js';
import { connectionsTo } from '../lib/tcp-connections.js';
import { startVideoCameras } from '../lib/video-cameras.js';

const CAMERA = 'cam1';
const VIDEO_CAMERA = 'video';
const VIDEO = { width: 640, height: 480, fps: 15 };
/** Until the rate of viewers that have just come is steady, ms. */
const SETTLE_MS = 3000;
const TIMEOUT_MS = 30_000;

/**
 * What it costs to watch a camera through a node that does not read it: two nodes on one Postgres, and an MJPEG camera every frame of which
 * is analysed. Each frame is timed at a viewer at either node; then many viewers come to the one without the camera, and many players to the
 * one without an RTSP camera.
 */
export async function run(args: string[]): Promise<void> {
  const options = numberOptions(args, { seconds: 15, runs: 3, viewers: 50, fps: 15, size: 320 });
  const { seconds, runs, viewers, fps, size } = options;
  const results: Awaited<ReturnType<typeof once>>[] = [];
  for (let i = 0; i < runs; i++) results.push(await once(options));
  const middle = (key: keyof (typeof results)[number]) => median(results.map((result) => result[key]));
  const ok = report(
    `A camera at ${fps} fps, size ${size}, through another node: median of ${runs} runs of ${seconds} s`,
    [
      { name: 'frames at the owner’s viewer', value: middle('ownerFps'), unit: 'fps' },
      {
        name: 'frames at the other node’s viewer',
        value: middle('entryFps'),
        unit: 'fps',
        atLeast: 0.95 * middle('ownerFps'),
      },
      { name: 'age at the owner p50', value: middle('ownerP50'), unit: 'ms' },
      { name: 'age added p50', value: middle('addedP50'), unit: 'ms', atMost: 5 },
      { name: 'age added p95', value: middle('addedP95'), unit: 'ms', atMost: 15 },
      { name: `streams between the nodes, ${viewers} viewers (boxes)`, value: middle('overlayStreams'), atMost: 1 },
      { name: `and ${viewers} more of /video_feed`, value: middle('allStreams'), atMost: 1 },
      { name: `and ${viewers} players of a video camera (MSE)`, value: middle('videoStreams'), atMost: 1 },
      { name: `age p50 at ${viewers} viewers`, value: middle('manyP50'), unit: 'ms' },
    ],
  );
  if (!ok) process.exitCode = 1;
}

async function once({ seconds, viewers, fps, size }: { seconds: number; viewers: number; fps: number; size: number }) {
  const folder = mkdtempSync(join(tmpdir(), 'lookout-bench-relay-'));
  const secret = join(folder, 'secret');
  writeFileSync(secret, 'the join secret of the nodes of this bench');
  const closers: Array<() => unknown> = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    const cameras = await startStampedCameras({ fps });
    closers.push(() => cameras.stop());
    const settings = ['fsync=off', 'shared_buffers=32MB'];
    const postgres = await BenchPostgres.start({ host: '127.0.0.1', port: await freePort(), settings });
    closers.push(() => postgres.close());
    const nodes: BenchServer[] = [];
    for (const name of ['n1', 'n2']) {
      const cluster = { database: postgres.url, node_name: name, join_secret_file: secret };
      const node = await startServer([], { workers: 1, cluster });
      closers.push(() => node.stop());
      nodes.push(node);
    }
    const [first] = nodes as [BenchServer];
    const video = await startVideoCameras(VIDEO);
    closers.push(() => video.stop());
    const [camera] = cameras.cameras(1, { inference_size: size, fps: 60 });
    await first.send('POST', '/api/cameras', camera);
    const { entry, streams } = await placed(nodes, CAMERA);
    const compared = await compare(nodes, entry, seconds);
    const crowded = await crowd(entry, { viewers, seconds, streams });
    const played = { id: VIDEO_CAMERA, url: video.url(0), detect: { enabled: false } };
    await first.send('POST', '/api/cameras', played);
    return { ...compared, ...crowded, videoStreams: await play(await placed(nodes, VIDEO_CAMERA), viewers) };
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

interface Placed {
  /** The node without the camera. */
  readonly entry: BenchServer;
  /** Its connections to the owner, beside those that are there anyway. */
  streams(): number;
}

async function placed(nodes: readonly BenchServer[], camera: string): Promise<Placed> {
  // Once both know that it is live, the connections are there by which they tell each other of cameras.
  const [name] = await Promise.all(nodes.map((node) => ownerOf(node, camera)));
  const [owner, entry] = (name === 'n1' ? nodes : [...nodes].reverse()) as [BenchServer, BenchServer];
  const all = () => connectionsTo(entry.pid, Number(new URL(owner.url).port));
  const anyway = all();
  return { entry, streams: () => all() - anyway };
}

/** The name of the node that reads a camera. @throws Error if none does in time */
async function ownerOf(server: BenchServer, camera: string): Promise<string | undefined> {
  for (const fromMs = monotonicMs(); monotonicMs() - fromMs < TIMEOUT_MS; await sleep(50)) {
    const all = (await server.json('/api/cameras')) as Camera[];
    const found = all.find(({ id }) => id === camera);
    if (found?.state === 'live') return found.node;
  }
  throw new Error(`The camera ${camera} was not live within ${TIMEOUT_MS} ms`);
}

const view = (server: BenchServer) => LiveViewer.open(`${server.wsUrl}/ws/view/${CAMERA}?mode=overlay`);

/** One viewer at each node: frames that both have seen are compared one by one. */
async function compare(nodes: readonly BenchServer[], entry: BenchServer, seconds: number) {
  const owner = nodes.find((node) => node !== entry) ?? entry;
  const [near, far] = await Promise.all([view(owner), view(entry)]);
  await Promise.all([near.firstFrame(), far.firstFrame()]);
  await sleep(SETTLE_MS);
  const fromMs = monotonicMs();
  await sleep(seconds * 1000);
  const elapsedS = (monotonicMs() - fromMs) / 1000;
  const [atOwner, atEntry] = [near.since(fromMs), far.since(fromMs)];
  near.close();
  far.close();
  const arrived = new Map(atOwner.map(({ sequence, atMs }) => [sequence, atMs]));
  const added = atEntry.flatMap(({ sequence, atMs }) => {
    const ownerMs = arrived.get(sequence);
    return ownerMs === undefined ? [] : [atMs - ownerMs];
  });
  return {
    ownerFps: atOwner.length / elapsedS,
    entryFps: atEntry.length / elapsedS,
    ownerP50: median(atOwner.map(({ ageMs }) => ageMs)),
    addedP50: median(added),
    addedP95: percentile(added, 0.95),
  };
}

/** Many viewers at the node without the camera. */
async function crowd(
  entry: BenchServer,
  { viewers, seconds, streams }: { viewers: number; seconds: number; streams: Placed['streams'] },
) {
  const many = await Promise.all(Array.from({ length: viewers }, () => view(entry)));
  const feeds: IncomingMessage[] = [];
  try {
    await Promise.all(many.map((viewer) => viewer.firstFrame()));
    const fromMs = monotonicMs();
    await sleep(seconds * 1000);
    const overlayStreams = streams();
    const manyP50 = median(many.flatMap((viewer) => viewer.since(fromMs)).map(({ ageMs }) => ageMs));
    for (let i = 0; i < viewers; i++) feeds.push(await openFeed(entry));
    await sleep(SETTLE_MS);
    return { overlayStreams, manyP50, allStreams: streams() };
  } finally {
    for (const viewer of many) viewer.close();
    for (const feed of feeds) feed.destroy();
  }
}

/** A viewer of /video_feed that has got a part of a frame. */
function openFeed(server: BenchServer): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(`${server.url}/video_feed?camera=${CAMERA}`, { agent: false }, (response) => {
      response.on('error', () => undefined);
      response.once('data', () => resolve(response));
    }).once('error', reject);
  });
}

/** Many players of the video of a camera at the node without it. @returns streams to the owner */
async function play({ entry, streams }: Placed, players: number): Promise<number> {
  const url = `${entry.wsUrl}/ws/mse/${VIDEO_CAMERA}`;
  const sockets = Array.from({ length: players }, () => new WebSocket(url, { perMessageDeflate: false }));
  try {
    await Promise.all(sockets.map((socket) => onceEmitted(socket, 'message')));
    await sleep(SETTLE_MS);
    return streams();
  } finally {
    for (const socket of sockets) socket.terminate();
  }
}
