import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import type { ApiKey, ApiKeyScope, Camera, CameraTokens, Detection, SystemInfo } from '@lookout/protocol';
import { type WebSocket, WebSocketServer } from 'ws';

/** Where the moving object is in frame `n`: it crosses the picture in 4 s. Pixels. */
export function objectBox(n: number, fps = 25): [number, number, number, number] {
  const x = 40 + ((n % (4 * fps)) / (4 * fps)) * 480;
  return [x, 150, x + 80, 270];
}

export const FRAME = { width: 640, height: 360, fps: 25, count: 100 };

/** JPEGs with a white rectangle exactly where `objectBox` says, made by FFmpeg. */
export async function makeJpegs(): Promise<Buffer[]> {
  const { width, height, fps, count } = FRAME;
  const { stdout } = await promisify(execFile)(
    'ffmpeg',
    [
      ...['-hide_banner', '-loglevel', 'error', '-f', 'lavfi'],
      ...['-i', `gradients=s=${width}x${height}:r=${fps}:c0=0x1c2b2a:c1=0x43524a:c2=0x202838:speed=0.01:seed=7`],
      ...['-f', 'lavfi', '-i', `color=white:s=80x120:r=${fps}`],
      ...['-filter_complex', `[0][1]overlay=x='40+mod(n-1,${4 * fps})/${4 * fps}*480':y=150`],
      ...['-frames:v', String(count), '-q:v', '4', '-f', 'image2pipe', '-c:v', 'mjpeg', '-'],
    ],
    { encoding: 'buffer', maxBuffer: 64 * 1024 * 1024 },
  );
  const jpegs: Buffer[] = [];
  let start = 0;
  for (let i = 2; i < stdout.length - 1; i++) {
    if (stdout[i] === 0xff && stdout[i + 1] === 0xd9) {
      jpegs.push(stdout.subarray(start, i + 2));
      start = i + 2;
    }
  }
  return jpegs;
}

export interface ContractServerOptions {
  dist: string;
  jpegs: Buffer[];
  cameras: Camera[];
}

/** Speaks the wire contract of a Lookout server: what a page can see of one, and nothing behind it. For browser tests. */
export class ContractServer {
  readonly cameras: Camera[];
  /** What `GET /api/system` says. */
  system: SystemInfo = {
    https: false,
    lan_urls: [],
    device: { asked: 'auto', used: 'cpu', reason: 'this machine shows no graphics device', tried: [] },
  };
  /** API keys, without their secrets. */
  readonly keys: ApiKey[] = [{ id: 'k1', name: 'admin', scope: 'admin', created_at: 1_700_000_000_000 }];
  /** Of who is signed in. */
  scope: ApiKeyScope = 'admin';
  /** When set, everything but sign-in is answered 401. */
  locked = false;
  /** When set, every viewer is let go at once, with a reason. */
  restarting = false;
  /** When set, no frames come, though cameras are said to be live. */
  silent = false;
  /** Added to every timestamp, ms: a server whose clock is wrong. */
  clockSkewMs = 0;
  /** Those who watch, and which camera. */
  readonly viewers = new Map<WebSocket, string>();
  readonly acked: number[] = [];
  readonly performanceStats: Array<Record<string, number>> = [];
  /** Query of each view that was opened. */
  readonly views: URLSearchParams[] = [];
  readonly violations: string[] = [];
  #url = '';
  readonly #http = createServer((request, response) => void this.#serve(request, response));
  readonly #sockets = new WebSocketServer({ server: this.#http });

  constructor(private readonly options: ContractServerOptions) {
    this.cameras = options.cameras;
    this.#sockets.on('connection', (socket, request) => this.#view(socket, new URL(request.url ?? '', 'http://x')));
  }

  /** Ids of the cameras that somebody watches. */
  watched(): Set<string> {
    return new Set(this.viewers.values());
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#http.listen(0, '127.0.0.1', resolve));
    this.#url = `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
    return this.#url;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  #now(): number {
    return performance.timeOrigin + performance.now() + this.clockSkewMs;
  }

  #view(socket: WebSocket, url: URL): void {
    if (this.restarting) {
      socket.close(1012, 'the server restarts');
      return;
    }
    const named = this.#named(url.pathname.split('/').at(-1)!);
    if (!named) {
      socket.close(1008, 'refused');
      return;
    }
    this.viewers.set(socket, named.id);
    this.views.push(url.searchParams);
    const fps = Math.min(FRAME.fps, Number(url.searchParams.get('fps') ?? 60));
    const every = url.searchParams.get('every') ?? 'analyzed';
    const inFlight = new Set<number>();
    let sentAt = 0;
    const timer = setInterval(() => {
      const n = Math.floor((performance.now() / 1000) * FRAME.fps);
      if (this.silent || named.state !== 'live' || inFlight.size >= 2 || performance.now() - sentAt < 1000 / fps - 5)
        return;
      sentAt = performance.now();
      inFlight.add(n);
      socket.send(JSON.stringify(this.#metadata(n, every)));
      socket.send(this.options.jpegs[n % this.options.jpegs.length]!);
    }, 1000 / FRAME.fps);
    socket.on('message', (data) => {
      const message = JSON.parse(String(data));
      if (message.type === 'ping') socket.send(JSON.stringify({ type: 'pong', t0: message.t0, t1: this.#now() }));
      if (message.type === 'ack' && inFlight.delete(message.frameNumber)) this.acked.push(message.frameNumber);
      if (message.type === 'performance_stats') this.performanceStats.push(message);
    });
    socket.on('close', () => {
      clearInterval(timer);
      this.viewers.delete(socket);
    });
  }

  /** By id or by either of its tokens. */
  #named(token: string): Camera | undefined {
    return this.cameras.find(({ id, view_token, publish_token }) => [id, view_token, publish_token].includes(token));
  }

  #metadata(n: number, every: string) {
    // Analysis of `all` is 3 frames behind: those boxes are of an older frame, and say so.
    const analysed = every === 'all' ? n - (n % 4) : n;
    const speed = 480 / 4;
    const detections: Detection[] = [
      {
        bbox: objectBox(analysed),
        confidence: 0.91,
        class_id: 0,
        class_name: 'person',
        track_id: 7,
        velocity: [speed, 0],
      },
      {
        bbox: [420, 40, 590, 130],
        confidence: 0.78,
        class_id: 2,
        class_name: 'car',
        track_id: 3,
        velocity: [0, 0],
        since: 1,
      },
      {
        bbox: [414, 36, 500, 120],
        confidence: 0.55,
        class_id: 7,
        class_name: 'truck',
        track_id: 4,
        velocity: [0, 0],
        since: 1,
      },
    ];
    return {
      type: 'frame_metadata',
      timestamp: this.#now() - 21,
      frameNumber: n,
      width: FRAME.width,
      height: FRAME.height,
      format: 'jpeg',
      processing_time_ms: 14.2,
      processed_at: this.#now(),
      age_ms: 21,
      inference_size: 416,
      stages_ms: { receive: 1.8, wait: 3.1, decode: 1.4, infer: 11.2, draw: 0, encode: 0 },
      detections,
      ...(every === 'all' ? { detections_age_ms: (n - analysed) * (1000 / FRAME.fps) } : {}),
    };
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', this.#url);
    let body = '';
    for await (const chunk of request) body += chunk;
    const json = (status: number, value?: unknown) => {
      response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' });
      response.end(value === undefined ? undefined : JSON.stringify(value));
    };
    const route = `${request.method} ${pathname}`;
    if (route === 'POST /api/session') {
      if (JSON.parse(body).key !== 'lk_right') {
        return json(401, { title: 'Unauthorized', status: 401, detail: 'This key is not known', code: 'unauthorized' });
      }
      this.locked = false;
      return json(200, { signed_in: true, sign_in_required: true, name: 'admin', scope: 'admin' });
    }
    if (pathname.startsWith('/api/') && this.locked) {
      return json(401, { title: 'Unauthorized', status: 401, detail: 'Sign in first', code: 'unauthorized' });
    }
    const answer = this.#answer(route, body);
    if (answer) return json(answer[0], answer[1]);
    await this.#file(pathname, response);
  }

  #answer(route: string, body: string): [number, unknown?] | undefined {
    const [, id, rest] = /^\w+ \/api\/cameras\/([\w-]+)(\/\w+)?/.exec(route) ?? [];
    const camera = this.cameras.find((candidate) => candidate.id === id);
    switch (true) {
      case route === 'GET /api/cameras':
        return [200, this.cameras];
      case route === 'POST /api/cameras': {
        const given = JSON.parse(body);
        const name = given.name ?? 'Camera';
        const id = name.toLowerCase().replace(/\W+/g, '-');
        const made = given.kind === 'push' ? pushCameraOf(id, name) : cameraOf(id, name, { url: given.url });
        this.cameras.push(made);
        return [201, made];
      }
      case route === 'POST /api/cameras/probe':
        return [200, this.#probe(JSON.parse(body).url)];
      case rest === '/tokens' && camera !== undefined:
        Object.assign(camera!, tokensOf(`${camera!.id}-new`, camera!.kind));
        return [200, tokensOf(`${camera!.id}-new`, camera!.kind)];
      case route === 'GET /api/system':
        return [200, this.system];
      case rest === '/stats':
        return [200, STATS(camera)];
      case route.startsWith('GET /api/camera/'): {
        const named = this.#named(route.split('/')[3]!);
        if (named && route.endsWith('/stats')) return [200, STATS(named)];
        if (named) return [200, { ...named, may: ['watch'] }];
        return [401, { title: 'Unauthorized', status: 401, detail: 'This link is not valid', code: 'unauthorized' }];
      }
      case id !== undefined && !camera:
        return [404, { title: 'Not found', status: 404, detail: `There is no camera “${id}”`, code: 'not_found' }];
      case route.startsWith('PATCH') && camera !== undefined: {
        const { detect, ...patch } = JSON.parse(body);
        Object.assign(camera!, patch);
        Object.assign(camera!.detect, detect);
        if ('enabled' in patch) {
          camera!.state = patch.enabled ? 'live' : 'off';
          camera!.state_reason = patch.enabled ? '' : 'switched off';
        }
        return [200, camera];
      }
      case route.startsWith('DELETE') && camera !== undefined:
        this.cameras.splice(this.cameras.indexOf(camera!), 1);
        return [204];
      case camera !== undefined && rest === undefined:
        return [200, camera];
      case route === 'GET /api/session':
        return [200, { signed_in: true, sign_in_required: false, name: 'local', scope: this.scope }];
      case route === 'POST /api/sign-in-codes':
        return [201, { code: 'c0de', path: '/join/c0de', expires_at: Date.now() + 300_000 }];
      case route === 'GET /api/keys':
        return [200, this.keys];
      case route === 'POST /api/keys': {
        const made = { id: `k${this.keys.length + 1}`, created_at: Date.now(), ...JSON.parse(body) };
        this.keys.push(made);
        return [201, { ...made, key: `lk_${made.id}` }];
      }
      case route.startsWith('DELETE /api/keys/'): {
        const index = this.keys.findIndex((key) => key.id === route.split('/').at(-1));
        const isLast = this.keys[index]?.scope === 'admin';
        if (isLast)
          return [409, { title: 'Conflict', status: 409, detail: 'This is the last admin key', code: 'conflict' }];
        this.keys.splice(index, 1);
        return [204];
      }
      case route === 'GET /version':
        return [200, { name: 'lookout', version: '0.1.0', node: 'v20.20.0', platform: 'linux x64' }];
      case route === 'GET /healthz':
        return [200, { status: 'ok', uptime_s: 93_784, checks: { model: 'ok', storage: 'ok', event_loop: '2 ms' } }];
      case route === 'GET /api/models':
        return [200, [MODEL]];
      default:
        return undefined;
    }
  }

  #probe(url: string) {
    if (url.includes('unreachable')) {
      return {
        ok: false,
        url,
        code: 'camera_unreachable',
        reason: 'Nothing answers at unreachable:81 (connection refused)',
        hint: 'Is the camera on? The stream of an ESP32-CAM is on port 81.',
        elapsed_ms: 212,
      };
    }
    const picture = `data:image/jpeg;base64,${this.options.jpegs[30]!.toString('base64')}`;
    return {
      ok: true,
      url,
      transport: 'mjpeg',
      codec: 'mjpeg',
      width: 640,
      height: 360,
      fps: 24.9,
      picture,
      elapsed_ms: 388,
    };
  }

  async #file(pathname: string, response: ServerResponse): Promise<void> {
    const wanted = join(this.options.dist, normalize(pathname));
    const isFile = await stat(wanted).then(
      (found) => found.isFile(),
      () => false,
    );
    const path = isFile ? wanted : join(this.options.dist, 'index.html');
    response.writeHead(200, {
      'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
      'content-security-policy':
        "default-src 'self'; img-src 'self' blob: data:; connect-src 'self' ws: wss:; style-src 'self' 'unsafe-inline'",
    });
    createReadStream(path).pipe(response);
  }
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

const MODEL = {
  name: 'nanodet-g',
  format: 'nanodet',
  classes: ['person', 'bicycle', 'car'],
  input: '320..640 free',
  loaded: true,
  default: true,
  licence: 'Apache-2.0',
};

/** Links as long as real ones, and as unguessable as a test needs. */
export function tokensOf(id: string, kind: Camera['kind']): CameraTokens {
  const secret = `${id}-`.padEnd(32, 'Q7w_zN2');
  return { ...(kind === 'push' && { publish_token: `lp_${secret}` }), view_token: `lv_${secret}` };
}

/** A camera that nobody publishes to yet. */
export function pushCameraOf(id: string, name: string, changes: Partial<Camera> = {}): Camera {
  const { url: _, width: _w, height: _h, codec: _c, fps: _f, ...camera } = cameraOf(id, name);
  const away = { state: 'off', state_reason: 'Waiting for its publisher' } as const;
  return { ...camera, ...away, kind: 'push', ...tokensOf(id, 'push'), ...changes };
}

/** A camera as the API shows it. */
export function cameraOf(id: string, name: string, changes: Partial<Camera> = {}): Camera {
  return {
    id,
    name,
    kind: 'pull',
    url: 'http://192.168.1.20:81/stream',
    enabled: true,
    detect: { enabled: true, fps: 30, idle_fps: 5, inference_size: 'auto', confidence: 'auto', cross_class_iou: 0.8 },
    state: 'live',
    state_reason: '',
    state_since: Date.now() - 60_000,
    origin: 'api',
    width: FRAME.width,
    height: FRAME.height,
    codec: 'mjpeg',
    fps: 24.9,
    ...tokensOf(id, 'pull'),
    ...changes,
  };
}

const STATS = (camera: Camera | undefined) => ({
  camera_connected: camera?.state === 'live',
  viewer_count: 1,
  processor_stats: { inference_size: 416, confidence_threshold: 0.25, gpu_available: false, target_fps: 30 },
  frames: {
    received: 128_400,
    analyzed: 126_210,
    sent: 4210,
    dropped: { stale: 1790, throttled: 0, skipped: 396, invalid: 4 },
  },
  fps: { in: 24.9, analyzed: 24.6, out: 24.6 },
  latency_ms: { p50: 18, p95: 27, p99: 35 },
  inference_ms: { p50: 11.2, p95: 14.1 },
  state_history: [
    { state: camera?.state ?? 'off', reason: camera?.state_reason ?? '', since: Date.now() - 312_000 },
    { state: 'stalled', reason: 'no frame for 5 s', since: Date.now() - 330_000 },
    { state: 'live', reason: '', since: Date.now() - 9_330_000 },
    { state: 'connecting', reason: 'opening', since: Date.now() - 9_331_000 },
  ],
  stages_ms: {},
  bytes_in: 1_234_567,
  reconnects: 1,
});
