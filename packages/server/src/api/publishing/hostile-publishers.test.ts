import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeTestJpegs, syntheticJpeg } from '@lookout/media/testing';
import type { CameraDetailStats, Camera as CameraView } from '@lookout/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { opened, startWholeServer, until, type WholeServer } from '../../testing/whole-server.js';

// The whole server, publishers that misbehave in every way, and beside them a good publisher and its viewer.

const secrets: string[] = [];
let server: WholeServer;
let jpegs: Uint8Array[];
let good: Publisher;
let bystander: WebSocket;
let bystanderFrames = 0;
let goodTimer: NodeJS.Timeout;
let phone: CameraView;
const open: Array<() => unknown> = [];

type Message = Record<string, unknown>;

/** A publisher that keeps what it is told. */
class Publisher {
  readonly socket: WebSocket;
  readonly messages: Message[] = [];
  readonly closed: Promise<string>;
  #number = 0;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => this.messages.push(JSON.parse(String(data))));
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => socket.once('close', (code, reason) => resolve(`${code} ${reason}`)));
  }

  static async connect(token: string): Promise<Publisher> {
    // Listening before it is open: the first words may come with the answer.
    const publisher = new Publisher(new WebSocket(`${server.wsUrl}/ws/camera/${token}`));
    await opened(publisher.socket);
    open.push(() => publisher !== good && publisher.socket.terminate());
    return publisher;
  }

  metadata(changes: object = {}): void {
    const frameNumber = this.#number++;
    const metadata = { timestamp: Date.now(), frameNumber, width: 320, height: 240, format: 'jpeg', ...changes };
    this.socket.send(JSON.stringify({ type: 'frame_metadata', ...metadata }));
  }

  metadataTwice(): void {
    this.metadata();
    this.metadata();
  }

  frame(changes: object = {}, jpeg = jpegs[this.#number % jpegs.length] as Uint8Array): void {
    this.metadata(changes);
    this.socket.send(jpeg);
  }

  get errors(): unknown[] {
    return this.messages.filter(({ type }) => type === 'error').map(({ code }) => code);
  }

  async answered(count: number): Promise<void> {
    await until(() => this.errors.length >= count);
  }
}

beforeAll(async () => {
  jpegs = await makeTestJpegs({ count: 5, width: 320, height: 240 });
  server = await startWholeServer({ logLevel: 'trace' });
  const { publish_token } = await add('good');
  good = await Publisher.connect(publish_token as string);
  goodTimer = setInterval(() => good.frame(), 100);
  bystander = await watch('good');
  bystander.on('message', (_data, isBinary) => {
    if (isBinary) bystanderFrames++;
  });
  await until(() => bystanderFrames > 2);
});

beforeEach(async () => {
  phone = await add('phone');
  open.push(() => call('DELETE', '/api/cameras/phone'));
});

afterEach(async () => {
  for (const close of open.splice(0)) await close();
  // Whoever misbehaved: the good publisher's viewer still gets its frames.
  const before = bystanderFrames;
  await until(() => bystanderFrames > before + 2);
});

afterAll(async () => {
  clearInterval(goodTimer);
  good?.socket.terminate();
  bystander?.terminate();
  await server?.close();
});

const call: WholeServer['call'] = (...request) => server.call(...request);

async function add(id: string): Promise<CameraView> {
  const { status, body } = await call<CameraView>('POST', '/api/cameras', { id, kind: 'push' });
  expect(status).toBe(201);
  secrets.push(body.publish_token as string, body.view_token as string);
  return body;
}

const camera = async (id = 'phone') => (await call<CameraView>('GET', `/api/cameras/${id}`)).body;
const stats = async (id = 'phone') => (await call<CameraDetailStats>('GET', `/api/cameras/${id}/stats`)).body;
const publish = () => Publisher.connect(phone.publish_token as string);

async function watch(token: string, query = ''): Promise<WebSocket> {
  const socket = new WebSocket(`${server.wsUrl}/ws/view/${token}${query}`);
  open.push(() => socket !== bystander && socket.terminate());
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return socket;
}

/** What a viewer is sent, as it comes: metadata beside its picture's size. */
function framesOf(socket: WebSocket): Array<Message & { bytes: number }> {
  const frames: Array<Message & { bytes: number }> = [];
  let metadata: Message = {};
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) frames.push({ ...metadata, bytes: data.length });
    else metadata = JSON.parse(String(data));
  });
  return frames;
}

describe('a published camera', () => {
  it('waits, is live, and waits again, while its viewer stays and goes on by itself', async () => {
    const viewer = await watch(phone.view_token as string, '?mode=overlay');
    const frames = framesOf(viewer);
    expect(await camera()).toMatchObject({ state: 'off', state_reason: 'Waiting for a publisher', kind: 'push' });
    const first = await publish();
    expect((await camera()).state).toBe('connecting');
    await until(async () => {
      first.frame();
      await sleep(30);
      return frames.length > 3;
    });
    expect(await camera()).toMatchObject({ state: 'live', width: 320, height: 240, codec: 'mjpeg' });
    first.socket.close();
    await until(async () => (await camera()).state === 'off');
    expect((await camera()).state_reason).toBe('The publisher disconnected');
    const before = frames.length;
    const second = await publish();
    await until(async () => {
      second.frame();
      await sleep(30);
      return frames.length > before + 3;
    });
    const numbers = frames.map(({ frameNumber }) => frameNumber as number);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    const { state_history } = await stats();
    expect(state_history.map(({ state }) => state)).toEqual(['live', 'connecting', 'off', 'live', 'connecting', 'off']);
    expect(first.errors.concat(second.errors)).toEqual([]);
  });

  it('repeats its publisher’s fields to viewers, whose pictures are untouched', async () => {
    const viewer = await watch(phone.view_token as string, '?mode=overlay');
    const frames = framesOf(viewer);
    const publisher = await publish();
    const timestamp = Date.now() - 5;
    publisher.frame({ frameNumber: 123, timestamp }, jpegs[0]);
    await until(() => frames.length > 0);
    expect(frames[0]).toMatchObject({ frameNumber: 123, width: 320, height: 240, bytes: jpegs[0]?.length });
    expect(Math.abs((frames[0]?.timestamp as number) - timestamp)).toBeLessThan(10_000);
    expect(frames[0]?.age_ms).toBeGreaterThanOrEqual(0);
  });

  it('repeats the numbers of each publisher to viewers that saw none before', async () => {
    for (const _again of [1, 2]) {
      const publisher = await publish();
      const viewer = await watch(phone.view_token as string, '?mode=overlay&every=all&ack=1');
      const frames = framesOf(viewer);
      await until(async () => {
        publisher.frame();
        await sleep(30);
        for (const { frameNumber } of frames) viewer.send(JSON.stringify({ type: 'ack', frameNumber }));
        return frames.length > 5;
      });
      expect(frames[0]?.frameNumber).toBeLessThan(5);
      viewer.close();
      publisher.socket.close();
      await until(async () => (await camera()).state === 'off');
    }
  });

  it('asks its publisher for little while nobody watches, and for more with a viewer', async () => {
    const publisher = await publish();
    const asked = () => publisher.messages.filter(({ type }) => type === 'control').map(({ fps }) => fps as number);
    await until(() => asked().includes(5));
    expect(asked().at(-1)).toBe(5);
    // A viewer of pictures, not of analyses: what the workers have time for here is not what is asked.
    await watch(phone.view_token as string, '?mode=overlay&every=all');
    await until(() => {
      publisher.frame();
      return (asked().at(-1) as number) > 5;
    });
  });

  it('measures the clocks when it is asked to', async () => {
    const publisher = await publish();
    publisher.socket.send('{"type":"ping","t0":12.5}');
    await until(() => publisher.messages.some(({ type }) => type === 'pong'));
    expect(publisher.messages.find(({ type }) => type === 'pong')).toEqual({
      type: 'pong',
      t0: 12.5,
      t1: expect.any(Number),
    });
  });

  it('is told what its link leads to, and no more', async () => {
    const { body: toPublish } = await call<Message>('GET', `/api/camera/${phone.publish_token}`);
    expect(toPublish).toMatchObject({ kind: 'push', may: ['watch', 'publish'], state: 'off' });
    const { body: toWatch } = await call<Message>('GET', `/api/camera/${phone.view_token}`);
    expect(toWatch.may).toEqual(['watch']);
    expect(JSON.stringify([toPublish, toWatch])).not.toContain(phone.publish_token?.slice(3));
    expect((await call('GET', `/api/camera/${phone.view_token}/stats`)).status).toBe(200);
    expect((await call('GET', '/api/camera/lv_wrong')).status).toBe(404);
  });
});

describe('a publisher that makes no sense', () => {
  const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
  it.each<[string, (publisher: Publisher) => void, string[]]>([
    ['a picture without metadata', (one) => one.socket.send(jpegs[0] as Uint8Array), ['message_invalid']],
    ['metadata without a picture', (one) => one.metadataTwice(), ['message_invalid']],
    ['a size that is a lie', (one) => one.frame({ width: 4000, height: 3000 }), ['frame_invalid']],
    ['a PNG called jpeg', (one) => one.frame({}, png), ['frame_invalid']],
    ['a PNG called png', (one) => one.frame({ format: 'png' }, png), ['message_invalid']],
    ['half a JPEG', (one) => one.frame({}, (jpegs[0] as Uint8Array).subarray(0, 3000)), ['frame_invalid']],
    [
      'a JPEG of 20000×20000',
      (one) => one.frame({ width: 20_000, height: 20_000 }, syntheticJpeg({ width: 20_000, height: 20_000 })),
      ['frame_too_large'],
    ],
    ['an empty message', (one) => one.frame({}, new Uint8Array(0)), ['frame_invalid']],
    ['an unknown type', (one) => one.socket.send('{"type":"hello"}'), ['message_unknown']],
    ['noise', (one) => one.socket.send('\u0000\u0001'), ['message_invalid']],
    ['a text of a megabyte', (one) => one.socket.send('x'.repeat(1_000_000)), ['payload_too_large']],
    ['a frame number of half', (one) => one.frame({ frameNumber: 0.5 }), ['message_invalid']],
  ])('is told so, counted, and goes on: %s', async (_what, misbehave, codes) => {
    const viewer = await watch(phone.view_token as string, '?mode=overlay');
    const frames = framesOf(viewer);
    const publisher = await publish();
    misbehave(publisher);
    await publisher.answered(1);
    publisher.socket.send(jpegs[0] as Uint8Array);
    const before = publisher.errors.length;
    await until(async () => {
      publisher.frame();
      await sleep(30);
      return frames.length > 0;
    });
    expect(publisher.errors.slice(0, 1)).toEqual(codes);
    expect(publisher.errors.length).toBeLessThanOrEqual(before + 1);
    expect(publisher.socket.readyState).toBe(WebSocket.OPEN);
    const { text } = await call('GET', '/metrics');
    expect(text).toContain(`lookout_publisher_errors_total{camera="phone",code="${codes[0]}"}`);
  });

  it('is closed after 20 errors in a row', async () => {
    const publisher = await publish();
    for (let n = 0; n < 25; n++) publisher.socket.send('{');
    expect(await publisher.closed).toBe('1008 20 errors in a row');
    expect(publisher.errors).toHaveLength(20);
  });

  it('is closed after 20 JPEGs that no worker could decode, each counted and none shown', async () => {
    const viewer = await watch(phone.view_token as string);
    const frames = framesOf(viewer);
    const publisher = await publish();
    const noise = syntheticJpeg({ width: 320, height: 240, bytes: 20_000 });
    let isOpen = true;
    void publisher.closed.then(() => {
      isOpen = false;
    });
    while (isOpen) {
      publisher.frame({}, noise);
      await sleep(20);
    }
    expect(await publisher.closed).toBe('1008 20 errors in a row');
    expect(new Set(publisher.errors)).toEqual(new Set(['frame_invalid']));
    expect(frames).toHaveLength(0);
    expect((await stats()).frames.dropped.invalid).toBeGreaterThanOrEqual(20);
  });

  it('is cut before a message of 100 MB is read', async () => {
    const publisher = await publish();
    const before = process.memoryUsage().rss;
    publisher.metadata();
    publisher.socket.send(Buffer.alloc(100_000_000));
    expect(await publisher.closed).toMatch(/^1009|^1006/);
    // The sender's own copies are in this process; the server's would come on top.
    expect(process.memoryUsage().rss - before).toBeLessThan(400_000_000);
    await until(async () => (await camera()).state === 'off');
    expect((await camera()).state_reason).toBe('The publisher disconnected: a message was too large');
  });
});

describe('a publisher whose times and numbers are wrong', () => {
  it.each<[string, (n: number) => unknown]>([
    ['in the future', () => Date.now() + 3_600_000],
    ['in the past', () => Date.now() - 3_600_000],
    ['not a number', () => Number.NaN],
    ['now this, now that', (n) => [0, 9e15, null, -1, Date.now()][n % 5]],
  ])('%s: viewers see ages that can be', async (_what, timestamp) => {
    const viewer = await watch(phone.view_token as string, '?mode=overlay&every=all');
    const frames = framesOf(viewer);
    const publisher = await publish();
    for (let n = 0; frames.length < 10; n++) {
      publisher.frame({ timestamp: timestamp(n) });
      await sleep(30);
    }
    for (const { age_ms } of frames) {
      expect(age_ms).toBeGreaterThanOrEqual(0);
      expect(age_ms).toBeLessThan(20_000);
    }
    const times = frames.map((frame) => frame.timestamp as number);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(publisher.errors).toEqual([]);
  });

  it('numbers that go back: those of its viewers rise', async () => {
    const viewer = await watch(phone.view_token as string, '?mode=overlay&every=all');
    const frames = framesOf(viewer);
    const publisher = await publish();
    for (let n = 0; frames.length < 12; n++) {
      publisher.frame({ frameNumber: [50, 51, 3, 3, 2 ** 52, 0][n % 6] });
      await sleep(30);
    }
    const numbers = frames.map(({ frameNumber }) => frameNumber as number);
    for (let index = 1; index < numbers.length; index++) {
      expect(numbers[index]).toBeGreaterThan(numbers[index - 1] as number);
    }
  });
});

describe('a publisher that sends too much', () => {
  it('of thousands of frames at once most are dropped unread, and what comes after them is shown', async () => {
    const viewer = await watch(phone.view_token as string, '?mode=overlay');
    const frames = framesOf(viewer);
    const publisher = await publish();
    // As fast as they go: however slow the machine, that is far over 60 a second.
    for (let n = 0; n < 2000; n++) publisher.frame();
    await until(async () => (await stats()).frames.received === 2000);
    expect((await stats()).frames.dropped.throttled).toBeGreaterThan(1000);
    await until(async () => {
      publisher.frame();
      await sleep(30);
      return (frames.at(-1)?.frameNumber as number) >= 2000;
    });
    expect(publisher.socket.readyState).toBe(WebSocket.OPEN);
    expect(publisher.errors).toEqual([]);
  }, 120_000);
});

describe('two publishers with one link', () => {
  it('the newer goes on, the older is told and closed', async () => {
    const older = await publish();
    await until(async () => {
      older.frame();
      return (await camera()).state === 'live';
    });
    const newer = await publish();
    expect(await older.closed).toBe('4001 replaced');
    expect(older.errors).toEqual(['replaced']);
    await until(async () => {
      newer.frame();
      return (await camera()).state === 'live';
    });
    expect((await stats()).state_history.map(({ state }) => state)).not.toContain('stalled');
  });
});

describe('links', () => {
  it('that are renewed end whoever came by the old ones, at once', async () => {
    const publisher = await publish();
    const viewer = await watch(phone.view_token as string);
    const said: string[] = [];
    viewer.on('message', (data, isBinary) => void (isBinary || said.push(JSON.parse(String(data)).code)));
    const viewerClosed = new Promise((resolve) => viewer.once('close', (code, why) => resolve(`${code} ${why}`)));
    const feed = await fetch(`${server.url}/api/cameras/${phone.view_token}/mjpeg`);
    const feedEnd = feed.arrayBuffer().then(
      () => 'ended',
      () => 'cut',
    );
    const { status, body } = await call<Message>('POST', '/api/cameras/phone/tokens');
    // Before its socket is closed.
    expect((await camera()).state_reason).toBe('The publisher disconnected: its link was revoked');
    secrets.push(body.publish_token as string, body.view_token as string);
    expect(status).toBe(200);
    expect(await publisher.closed).toBe('4003 revoked');
    expect(publisher.errors).toEqual(['revoked']);
    expect(await viewerClosed).toBe('4003 revoked');
    expect(said).toEqual(['revoked']);
    expect(await feedEnd).toMatch(/ended|cut/);
    await expect(publish()).rejects.toThrow('404');
    await expect(watch(phone.view_token as string)).rejects.toThrow('404');
    await Publisher.connect(body.publish_token as string);
  });

  describe('for strangers', () => {
    // What a proxy on this machine brings in is not this machine's: such callers need a link.
    const stranger = { 'X-Forwarded-For': '203.0.113.9' };
    const knock = async (path: string) => (await fetch(server.url + path, { headers: stranger })).status;
    const knockSocket = (path: string) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(server.wsUrl + path, { headers: stranger });
        open.push(() => socket.terminate());
        socket.once('open', () => resolve('open'));
        socket.once('error', ({ message }) => resolve(message.replace('Unexpected server response: ', '')));
      });
    const routes = (camera: string) => [
      `/api/camera/${camera}`,
      `/api/camera/${camera}/stats`,
      `/api/cameras/${camera}/snapshot.jpg`,
    ];
    const sockets = (camera: string) => [
      `/ws/view/${camera}`,
      `/ws/stream/${camera}`,
      `/websocket/60?camera=${camera}`,
    ];
    const all = async (camera: string) => {
      const publishing = await knockSocket(`/ws/camera/${camera}`);
      const watching = await Promise.all(sockets(camera).map(knockSocket));
      return { routes: await Promise.all(routes(camera).map(knock)), watching, publishing };
    };

    it('open to those who have one, and to nobody else', async () => {
      const publisher = await publish();
      const feeder = setInterval(() => publisher.frame(), 100);
      open.push(() => clearInterval(feeder));
      await until(async () => (await camera()).state === 'live');
      expect(await all(phone.view_token as string)).toEqual({
        routes: [200, 200, 200],
        watching: ['open', 'open', 'open'],
        publishing: '403',
      });
      const feeds = [`/video_feed?camera=`, `/api/detections/stream?camera=`].map(async (path) => {
        const response = await fetch(server.url + path + phone.view_token, { headers: stranger });
        await response.body?.cancel();
        return response.status;
      });
      expect(await Promise.all(feeds)).toEqual([200, 200]);
      expect((await all(phone.publish_token as string)).publishing).toBe('open');
      expect(await knock('/api/cameras')).toBe(403);
      expect(await knock('/api/cameras/phone/stats')).toBe(403);
      expect(await knock(`/api/cameras/${phone.publish_token}`)).toBe(403);
      // No camera named: no link either.
      expect(await knock('/video_feed')).toBe(403);
      expect(await knock('/api/detections/stream')).toBe(403);
      expect(await all('phone')).toEqual({
        routes: [403, 403, 403],
        watching: ['403', '403', '403'],
        publishing: '403',
      });
    });

    it('are tried a few times a minute while they are wrong; good ones always open', async () => {
      const statuses: number[] = [];
      for (let n = 0; n < 60 && statuses.at(-1) !== 429; n++)
        statuses.push(await knock(`/api/camera/lv_${'x'.repeat(30)}${n % 10}`));
      expect(new Set(statuses.slice(0, 10))).toEqual(new Set([401]));
      expect(statuses.at(-1)).toBe(429);
      expect(await knock(`/api/camera/${phone.view_token}`)).toBe(200);
      expect(await knockSocket(`/ws/view/${phone.view_token}`)).toBe('open');
      expect((await call('GET', `/api/camera/${phone.view_token}`)).status).toBe(200);
    });
  });

  it('that watch do not publish; ids publish to no pulled camera', async () => {
    await expect(Publisher.connect(phone.view_token as string)).rejects.toThrow('403');
    expect(
      (await call('POST', '/api/cameras', { id: 'pulled', kind: 'pull', url: 'http://127.0.0.1:9/x' })).status,
    ).toBe(201);
    open.push(() => call('DELETE', '/api/cameras/pulled'));
    await expect(Publisher.connect('pulled')).rejects.toThrow('409');
    await expect(Publisher.connect('nobody')).rejects.toThrow('404');
  });

  it('of a camera that is switched off are refused, its publisher sent away', async () => {
    const publisher = await publish();
    await call('PATCH', '/api/cameras/phone', { enabled: false });
    expect(await publisher.closed).toBe('4004 camera_off');
    await expect(publish()).rejects.toThrow('409');
    await call('PATCH', '/api/cameras/phone', { enabled: true });
    await publish();
  });

  it('stand in no log line, metric or error', async () => {
    const publisher = await publish();
    publisher.frame();
    const wrong = `lv_${'w'.repeat(32)}`;
    secrets.push(wrong);
    const answers = await Promise.all(
      [`/api/camera/${wrong}`, `/api/cameras/${wrong}/snapshot.jpg`, `/video_feed?camera=${wrong}`].map((path) =>
        call('GET', path),
      ),
    );
    const metrics = await call('GET', '/metrics');
    const shown = server.log.join('') + metrics.text + answers.map(({ text }) => text).join('');
    for (const secret of secrets) expect(shown.includes(secret.slice(3, 20))).toBe(false);
  });
});

describe('a peer that does not keep to TCP or WebSocket', () => {
  function raw(): Promise<net.Socket> {
    const { hostname, port } = new URL(server.url);
    return new Promise((resolve, reject) => {
      const socket = net.connect(Number(port), hostname, () => resolve(socket));
      socket.once('error', reject);
      open.push(() => socket.destroy());
    });
  }
  const handshake = () =>
    `GET /ws/camera/${phone.publish_token} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;

  it('that stops in the middle of a frame keeps nobody else from publishing', async () => {
    const socket = await raw();
    const answer = new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
    socket.write(handshake());
    expect(await answer).toMatch(/^HTTP\/1\.1 101/);
    // The head of a masked binary message of 1 MB, and three bytes of it.
    socket.write(Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0, 0x10, 0, 0, 1, 2, 3, 4, 9, 9, 9]));
    await until(async () => (await camera()).state === 'connecting');
    const ended = new Promise((resolve) => socket.once('close', resolve));
    socket.resume();
    const publisher = await publish();
    await ended;
    await until(async () => {
      publisher.frame();
      return (await camera()).state === 'live';
    });
  });

  it('that vanishes leaves its camera waiting', async () => {
    const socket = await raw();
    socket.write(handshake());
    await until(async () => (await camera()).state === 'connecting');
    socket.resetAndDestroy();
    await until(async () => (await camera()).state === 'off');
  });
});

describe('viewers of a published camera', () => {
  it('that never read, and that report nonsense, hurt themselves only', async () => {
    const stuck = await watch(phone.view_token as string);
    stuck.pause();
    const absurd = await watch(phone.view_token as string, '?ack=1');
    const reader = await watch(phone.view_token as string, '?mode=overlay');
    const frames = framesOf(reader);
    const publisher = await publish();
    const reports = [
      { fps: -5, latency: 1e99, queueSize: 1 },
      { fps: 1e308, latency: -1, queueSize: -1 },
      { fps: 30, latency: 1e6, queueSize: 1e7 },
      { fps: '30', latency: null },
    ];
    for (let n = 0; frames.length < 20; n++) {
      publisher.frame();
      absurd.send(JSON.stringify({ type: 'performance_stats', ...reports[n % reports.length] }));
      await sleep(30);
    }
    expect(publisher.errors).toEqual([]);
  });
});

it('keeps nothing of a thousand publishers that came and went', async () => {
  const timersBefore = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  for (let n = 0; n < 1000; n++) {
    const publisher = await Publisher.connect(phone.publish_token as string);
    open.pop();
    publisher.frame();
    if (n % 3 === 0) publisher.socket.close();
    else publisher.socket.terminate();
    if (n % 50 === 0) await publisher.closed;
  }
  await until(async () => (await camera()).state === 'off');
  expect((await call<Message[]>('GET', '/api/cameras')).status).toBe(200);
  await until(() => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length <= timersBefore + 10);
  expect((await stats()).state_history.length).toBeLessThanOrEqual(100);
  const publisher = await publish();
  await until(async () => {
    publisher.frame();
    return (await camera()).state === 'live';
  });
}, 120_000);
