import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { framesOf, type Message, PublishingServer } from '../../testing/publishing-server.js';
import { until } from '../../testing/whole-server.js';

let stage: PublishingServer;
beforeAll(async () => {
  stage = await PublishingServer.start();
});
beforeEach(() => stage.beforeTest());
afterEach(() => stage.afterTest());
afterAll(() => stage?.close());

describe('a published camera', () => {
  it('waits, is live, and waits again, while its viewer stays and goes on by itself', async () => {
    const viewer = await stage.watch(stage.phone.view_token as string, '?mode=overlay');
    const frames = framesOf(viewer);
    expect(await stage.camera()).toMatchObject({ state: 'off', state_reason: 'Waiting for a publisher', kind: 'push' });
    const first = await stage.publish();
    expect((await stage.camera()).state).toBe('connecting');
    await until(async () => {
      first.frame();
      await sleep(30);
      return frames.length > 3;
    });
    expect(await stage.camera()).toMatchObject({ state: 'live', width: 320, height: 240, codec: 'mjpeg' });
    first.socket.close();
    await until(async () => (await stage.camera()).state === 'off');
    expect((await stage.camera()).state_reason).toBe('The publisher disconnected');
    const before = frames.length;
    const second = await stage.publish();
    await until(async () => {
      second.frame();
      await sleep(30);
      return frames.length > before + 3;
    });
    const numbers = frames.map(({ frameNumber }) => frameNumber as number);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    const { state_history } = await stage.stats();
    expect(state_history.map(({ state }) => state)).toEqual(['live', 'connecting', 'off', 'live', 'connecting', 'off']);
    expect(first.errors.concat(second.errors)).toEqual([]);
  });

  it('repeats its publisher’s fields to viewers, whose pictures are untouched', async () => {
    const viewer = await stage.watch(stage.phone.view_token as string, '?mode=overlay');
    const frames = framesOf(viewer);
    const publisher = await stage.publish();
    const timestamp = Date.now() - 5;
    publisher.frame({ frameNumber: 123, timestamp }, stage.jpegs[0]);
    await until(() => frames.length > 0);
    expect(frames[0]).toMatchObject({ frameNumber: 123, width: 320, height: 240, bytes: stage.jpegs[0]?.length });
    expect(Math.abs((frames[0]?.timestamp as number) - timestamp)).toBeLessThan(10_000);
    expect(frames[0]?.age_ms).toBeGreaterThanOrEqual(0);
  });

  it('repeats the numbers of each publisher to viewers that saw none before', async () => {
    for (const _again of [1, 2]) {
      const publisher = await stage.publish();
      const viewer = await stage.watch(stage.phone.view_token as string, '?mode=overlay&every=all&ack=1');
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
      await until(async () => (await stage.camera()).state === 'off');
    }
  });

  it('asks its publisher for little while nobody watches, and for more with a viewer', async () => {
    const publisher = await stage.publish();
    const asked = () => publisher.messages.filter(({ type }) => type === 'control').map(({ fps }) => fps as number);
    await until(() => asked().includes(5));
    expect(asked().at(-1)).toBe(5);
    // A viewer of pictures, not of analyses: what the workers have time for here is not what is asked.
    await stage.watch(stage.phone.view_token as string, '?mode=overlay&every=all');
    await until(() => {
      publisher.frame();
      return (asked().at(-1) as number) > 5;
    });
  });

  it('measures the clocks when it is asked to', async () => {
    const publisher = await stage.publish();
    publisher.socket.send('{"type":"ping","t0":12.5}');
    await until(() => publisher.messages.some(({ type }) => type === 'pong'));
    expect(publisher.messages.find(({ type }) => type === 'pong')).toEqual({
      type: 'pong',
      t0: 12.5,
      t1: expect.any(Number),
    });
  });

  it('is told what its link leads to, and no more', async () => {
    const { body: toPublish } = await stage.call<Message>('GET', `/api/camera/${stage.phone.publish_token}`);
    expect(toPublish).toMatchObject({ kind: 'push', may: ['watch', 'publish'], state: 'off' });
    const { body: toWatch } = await stage.call<Message>('GET', `/api/camera/${stage.phone.view_token}`);
    expect(toWatch.may).toEqual(['watch']);
    expect(JSON.stringify([toPublish, toWatch])).not.toContain(stage.phone.publish_token?.slice(3));
    expect((await stage.call('GET', `/api/camera/${stage.phone.view_token}/stats`)).status).toBe(200);
    expect((await stage.call('GET', '/api/camera/lv_wrong')).status).toBe(404);
  });
});

describe('two publishers with one link', () => {
  it('the newer goes on, the older is told and closed', async () => {
    const older = await stage.publish();
    await until(async () => {
      older.frame();
      return (await stage.camera()).state === 'live';
    });
    const newer = await stage.publish();
    expect(await older.closed).toBe('4001 replaced');
    expect(older.errors).toEqual(['replaced']);
    await until(async () => {
      newer.frame();
      return (await stage.camera()).state === 'live';
    });
    expect((await stage.stats()).state_history.map(({ state }) => state)).not.toContain('stalled');
  });
});

describe('links', () => {
  it('that are renewed end whoever came by the old ones, at once', async () => {
    const publisher = await stage.publish();
    const viewer = await stage.watch(stage.phone.view_token as string);
    const said: string[] = [];
    viewer.on('message', (data, isBinary) => void (isBinary || said.push(JSON.parse(String(data)).code)));
    const viewerClosed = new Promise((resolve) => viewer.once('close', (code, why) => resolve(`${code} ${why}`)));
    const feed = await fetch(`${stage.server.url}/api/cameras/${stage.phone.view_token}/mjpeg`);
    const feedEnd = feed.arrayBuffer().then(
      () => 'ended',
      () => 'cut',
    );
    const { status, body } = await stage.call<Message>('POST', '/api/cameras/phone/tokens');
    // Before its socket is closed.
    expect((await stage.camera()).state_reason).toBe('The publisher disconnected: its link was revoked');
    stage.secrets.push(body.publish_token as string, body.view_token as string);
    expect(status).toBe(200);
    expect(await publisher.closed).toBe('4003 revoked');
    expect(publisher.errors).toEqual(['revoked']);
    expect(await viewerClosed).toBe('4003 revoked');
    expect(said).toEqual(['revoked']);
    expect(await feedEnd).toMatch(/ended|cut/);
    await expect(stage.publish()).rejects.toThrow('404');
    await expect(stage.watch(stage.phone.view_token as string)).rejects.toThrow('404');
    await stage.connect(body.publish_token as string);
  });

  describe('for strangers', () => {
    // What a proxy on this machine brings in is not this machine's: such callers need a link.
    const stranger = { 'X-Forwarded-For': '203.0.113.9' };
    const knock = async (path: string) => (await fetch(stage.server.url + path, { headers: stranger })).status;
    const knockSocket = (path: string) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(stage.server.wsUrl + path, { headers: stranger });
        stage.open.push(() => socket.terminate());
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
      const publisher = await stage.publish();
      const feeder = setInterval(() => publisher.frame(), 100);
      stage.open.push(() => clearInterval(feeder));
      await until(async () => (await stage.camera()).state === 'live');
      expect(await all(stage.phone.view_token as string)).toEqual({
        routes: [200, 200, 200],
        watching: ['open', 'open', 'open'],
        publishing: '403',
      });
      const feeds = [`/video_feed?camera=`, `/api/detections/stream?camera=`].map(async (path) => {
        const response = await fetch(stage.server.url + path + stage.phone.view_token, { headers: stranger });
        await response.body?.cancel();
        return response.status;
      });
      expect(await Promise.all(feeds)).toEqual([200, 200]);
      expect((await all(stage.phone.publish_token as string)).publishing).toBe('open');
      expect(await knock('/api/cameras')).toBe(403);
      expect(await knock('/api/cameras/phone/stats')).toBe(403);
      expect(await knock(`/api/cameras/${stage.phone.publish_token}`)).toBe(403);
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
      expect(await knock(`/api/camera/${stage.phone.view_token}`)).toBe(200);
      expect(await knockSocket(`/ws/view/${stage.phone.view_token}`)).toBe('open');
      expect((await stage.call('GET', `/api/camera/${stage.phone.view_token}`)).status).toBe(200);
    });
  });

  it('that watch do not publish; ids publish to no pulled camera', async () => {
    await expect(stage.connect(stage.phone.view_token as string)).rejects.toThrow('403');
    expect(
      (await stage.call('POST', '/api/cameras', { id: 'pulled', kind: 'pull', url: 'http://127.0.0.1:9/x' })).status,
    ).toBe(201);
    stage.open.push(() => stage.call('DELETE', '/api/cameras/pulled'));
    await expect(stage.connect('pulled')).rejects.toThrow('409');
    await expect(stage.connect('nobody')).rejects.toThrow('404');
  });

  it('of a camera that is switched off are refused, its publisher sent away', async () => {
    const publisher = await stage.publish();
    await stage.call('PATCH', '/api/cameras/phone', { enabled: false });
    expect(await publisher.closed).toBe('4004 camera_off');
    await expect(stage.publish()).rejects.toThrow('409');
    await stage.call('PATCH', '/api/cameras/phone', { enabled: true });
    await stage.publish();
  });

  it('stand in no log line, metric or error', async () => {
    const publisher = await stage.publish();
    publisher.frame();
    const wrong = `lv_${'w'.repeat(32)}`;
    stage.secrets.push(wrong);
    const answers = await Promise.all(
      [`/api/camera/${wrong}`, `/api/cameras/${wrong}/snapshot.jpg`, `/video_feed?camera=${wrong}`].map((path) =>
        stage.call('GET', path),
      ),
    );
    const metrics = await stage.call('GET', '/metrics');
    const shown = stage.server.log.join('') + metrics.text + answers.map(({ text }) => text).join('');
    for (const secret of stage.secrets) expect(shown.includes(secret.slice(3, 20))).toBe(false);
  });
});
