import { once } from 'node:events';
import { connect } from 'node:net';
import { obsSession, WebRtcClient } from '@lookout/media/testing';
import { WebSocket } from 'ws';
import { sleep } from '../lib/figures.js';
import type { BenchServer } from '../lib/server-process.js';

export interface CycleTarget {
  server: BenchServer;
  rtmpPort: number;
  rtspUrl: string;
  /** To publish to the camera `pushed`. */
  token: string;
}

/** Connects, has something of it, and leaves. @throws Error if it comes to nothing */
export type Cycle = (target: CycleTarget) => Promise<void>;

const LIVE_TIMEOUT_MS = 60_000;

export const cycles: Readonly<Record<string, Cycle>> = {
  RTMP: async ({ rtmpPort, token }) => {
    const socket = connect(rtmpPort, '127.0.0.1').resume();
    socket.end(obsSession(token, 5));
    await once(socket, 'close');
  },
  RTSP: async ({ server, rtspUrl }) => {
    await server.send('POST', '/api/cameras', { id: 'pulled', url: rtspUrl, detect: { enabled: false } });
    await untilLive(server, 'pulled');
    await server.send('DELETE', '/api/cameras/pulled');
  },
  WHIP: ({ server, token }) => webRtc(`${server.url}/whip/${token}`, 'sendonly'),
  WHEP: ({ server }) => webRtc(`${server.url}/whep/video`, 'recvonly'),
  MSE: async ({ server }) => {
    const socket = new WebSocket(`${server.wsUrl}/ws/mse/video`, { perMessageDeflate: false });
    await once(socket, 'message');
    socket.terminate();
    await once(socket, 'close');
  },
};

/** @throws Error if it takes too long */
export async function untilLive(server: BenchServer, id: string): Promise<void> {
  const isLive = async () => ((await server.json(`/api/cameras/${id}`)) as { state: string }).state === 'live';
  for (const fromMs = Date.now(); !(await isLive()); await sleep(20)) {
    if (Date.now() - fromMs > LIVE_TIMEOUT_MS) throw new Error(`The camera ${id} did not become live`);
  }
}

async function webRtc(endpoint: string, direction: 'sendonly' | 'recvonly'): Promise<void> {
  const client = new WebRtcClient(direction);
  try {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { 'Content-Type': 'application/sdp' },
      body: await client.offer(),
    });
    const answer = await response.text();
    if (response.status !== 201) throw new Error(`${endpoint} gives ${response.status}: ${answer}`);
    await client.accept(answer);
    const location = new URL(response.headers.get('location') ?? '', endpoint);
    const ended = await fetch(location, { method: 'DELETE' });
    if (ended.status !== 204) throw new Error(`Ending the session gives ${ended.status}`);
  } finally {
    await client.close();
  }
}
