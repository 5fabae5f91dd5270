import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import {
  bindUdp,
  camera,
  closeAll,
  codeOf,
  keyframe,
  peer,
  type Request,
  type Respond,
  reply,
  rtp,
  SDP,
  SLICE,
  start,
} from '../testing/rtsp-peer.js';

afterEach(closeAll);

describe('RtspClient against odd cameras', () => {
  it('follows redirects a few times, and takes the password along to the same host only', async () => {
    const seen: Request[] = [];
    const needsPassword: Respond = ({ cseq }, socket) =>
      reply(socket, cseq, '401 Unauthorized', ['WWW-Authenticate: Basic realm="r"']);
    const target = await peer(needsPassword, seen);
    const redirectTo = (host: string) =>
      peer((request, socket) =>
        request.method === 'DESCRIBE'
          ? reply(socket, request.cseq, '302 Moved', [`Location: rtsp://${host}:${target}/other`])
          : camera()(request, socket),
      );
    expect(await codeOf(await redirectTo('127.0.0.1'))).toBe('camera_unauthorized');
    expect(seen.some(({ text }) => text.includes('Authorization: Basic'))).toBe(true);
    seen.length = 0;
    expect(await codeOf(await redirectTo('localhost'))).toBe('camera_unauthorized');
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.some(({ text }) => text.includes('Authorization'))).toBe(false);

    let connections = 0;
    const loop: number = await peer((request, socket) => {
      if (request.method !== 'DESCRIBE') return camera()(request, socket);
      connections += 1;
      reply(socket, request.cseq, '301 Moved', [`Location: rtsp://127.0.0.1:${loop}/again`]);
    });
    expect(await codeOf(loop)).toBe('source_protocol_error');
    expect(connections).toBe(4);
  });

  it('follows no redirect to this server', async () => {
    const seen: Request[] = [];
    const own = await peer(camera(), seen);
    const port = await peer(({ method, cseq }, socket) =>
      method === 'DESCRIBE'
        ? reply(socket, cseq, '302 Moved', [`Location: rtsp://2130706433:${own}/feed`])
        : reply(socket, cseq, '200 OK'),
    );
    expect(await codeOf(port, { limits: { ownPorts: [own] } })).toBe('camera_refused');
    expect(seen).toEqual([]);
  });

  it.each([
    ['169.254.169.254', '127.0.0.1'],
    ['localhost', '127.0.0.1'],
    ['127.0.0.2', '127.0.0.2'],
  ])('sends to no address more private than the camera: %s', async (source, sentTo) => {
    const sockets = await Promise.all([bindUdp('127.0.0.1', 0), bindUdp('127.0.0.2', 0)]);
    const received = Promise.race(
      sockets.map(async (socket) => {
        await once(socket, 'message');
        return socket.address().address;
      }),
    );
    const ports = sockets.map((socket) => socket.address().port);
    const serverPort = ports[sentTo === '127.0.0.2' ? 1 : 0];
    const port = await peer((request, socket) => {
      const { method, cseq, text } = request;
      const client = /client_port=(\d+-\d+)/.exec(text)?.[1];
      if (method !== 'SETUP') return camera()(request, socket);
      const transport = `RTP/AVP;unicast;client_port=${client};server_port=${serverPort}-${serverPort};source=${source}`;
      return reply(socket, cseq, '200 OK', ['Session: a', `Transport: ${transport}`]);
    });
    const run = start(`rtsp://127.0.0.1:${port}/x`, { transport: 'udp' });
    expect(await received).toBe(sentTo);
    run.abort.abort();
    await run.done;
  });

  it('answers requests of the camera, and ends with its TEARDOWN', async () => {
    const seen: Request[] = [];
    const port = await peer(
      camera((socket) => {
        socket.write('OPTIONS * RTSP/1.0\r\nCSeq: 41\r\n\r\nFOO x RTSP/1.0\r\nCSeq: 42\r\n\r\n');
        socket.write('TEARDOWN rtsp://x RTSP/1.0\r\nCSeq: 43\r\n\r\n');
      }),
      seen,
    );
    const run = start(`rtsp://127.0.0.1:${port}/x`);
    expect((await run.done)?.code).toBe('camera_closed');
    await expect
      .poll(() => seen.filter(({ method }) => method === 'RTSP/1.0').map(({ text }) => text.slice(9, 12)))
      .toEqual(['200', '501', '200']);
  });

  it('keeps the session alive by what the camera offers', async () => {
    const offers = {
      'DESCRIBE, SETUP, PLAY, OPTIONS, SET_PARAMETER, GET_PARAMETER': 'GET_PARAMETER',
      'DESCRIBE, SETUP, PLAY, OPTIONS, SET_PARAMETER': 'OPTIONS',
      'describe, setup, play, set_parameter': 'SET_PARAMETER',
      '': 'OPTIONS',
    };
    const keepAlive = async (offered: string) => {
      const seen: Request[] = [];
      const plain = camera((socket) => socket.write(keyframe(1, 1)), 'xyz;timeout=1');
      const port = await peer((request, socket) => {
        if (request.method === 'OPTIONS') reply(socket, request.cseq, '200 OK', [`Public: ${offered}`]);
        else plain(request, socket);
      }, seen);
      const run = start(`rtsp://127.0.0.1:${port}/x`);
      const afterPlay = () => seen[seen.findIndex(({ method }) => method === 'PLAY') + 1]?.method;
      await expect.poll(() => seen.length > 4 && afterPlay(), { timeout: 5000 }).toBeTruthy();
      run.abort.abort();
      await run.done;
      return [offered, afterPlay()] as const;
    };
    const kept = await Promise.all(Object.keys(offers).map(keepAlive));
    expect(Object.fromEntries(kept)).toEqual(offers);
  });

  it('sets up the video alone, of a camera that also sends sound and metadata', async () => {
    const seen: Request[] = [];
    const sound = 'm=audio 0 RTP/AVP 0\r\na=control:sound\r\n';
    const metadata = 'm=application 0 RTP/AVP 107\r\na=rtpmap:107 vnd.onvif.metadata/90000\r\na=control:data\r\n';
    const plain = camera((socket) => {
      // A camera that sends it all the same.
      const other = rtp(9, 9, SLICE).fill(4, 1, 2);
      socket.write(Buffer.concat([other, keyframe(1, 1)]));
    });
    const port = await peer((request, socket) => {
      if (request.method !== 'DESCRIBE') plain(request, socket);
      else reply(socket, request.cseq, '200 OK', [], SDP.replace('m=video', `${sound}${metadata}m=video`) + sound);
    }, seen);
    const run = start(`rtsp://127.0.0.1:${port}/x`);
    await run.until(1);
    expect(seen.filter(({ method }) => method === 'SETUP').map(({ url }) => url.split('/').at(-1))).toEqual(['track']);
    expect(run.lost).toEqual([]);
    run.abort.abort();
    await run.done;
  });

  it('keeps the session alive in half its time, and says goodbye when aborted', async () => {
    const seen: Request[] = [];
    const port = await peer(
      camera((socket) => socket.write(keyframe(1, 1)), 'xyz;timeout=2'),
      seen,
    );
    const run = start(`rtsp://127.0.0.1:${port}/x`);
    await expect.poll(() => seen.some(({ method }) => method === 'GET_PARAMETER'), { timeout: 4000 }).toBe(true);
    run.abort.abort();
    expect(await run.done).toBeUndefined();
    expect(seen.at(-1)).toMatchObject({ method: 'TEARDOWN' });
    expect(seen.at(-1)?.text).toContain('Session: xyz');
  });

  it('delivers the last picture without waiting for another, and tells of losses', async () => {
    const port = await peer(
      camera((socket) => {
        // Numbers 5 and 6 are missing: the picture at 3 can not be shown, nor the one after, before the next keyframe.
        const pictures = [keyframe(1, 1), rtp(4, 2, SLICE), rtp(7, 4, SLICE), keyframe(8, 5)];
        socket.write(Buffer.concat(pictures));
      }),
    );
    const run = start(`rtsp://127.0.0.1:${port}/x`);
    await run.until(3);
    expect(run.lost).toEqual(['2 packets lost']);
    run.abort.abort();
    expect(await run.done).toBeUndefined();
  });

  it.each([
    ['a base of another host', 'rtsp://10.0.0.9/inside/', '/x/track'],
    ['a control that it does not know itself', '', '/x'],
    ['a scheme put twice', 'rtsp://rtsp://127.0.0.1/twice/', '/twice/track'],
  ])('finds the track of cameras that give %s, and plays there', async (_, contentBase, known) => {
    const seen: Request[] = [];
    const port: number = await peer((request, socket) => {
      const { method, cseq, url } = request;
      if (method === 'DESCRIBE') reply(socket, cseq, '200 OK', [`Content-Base: ${contentBase}`], SDP);
      else if (method === 'SETUP' && !new RegExp(`//127.0.0.1(:\\d+)?${known}$`).test(url))
        reply(socket, cseq, '404 No');
      else camera((to) => to.write(keyframe(1, 1)))(request, socket);
    }, seen);
    const run = start(`rtsp://127.0.0.1:${port}/x`);
    await run.until(1);
    expect(seen.filter(({ method }) => method === 'SETUP').length).toBeLessThanOrEqual(2);
    expect(seen.find(({ method }) => method === 'PLAY')?.url).toMatch(/^rtsp:\/\/127\.0\.0\.1(:\d+)?\/(x|twice\/)$/);
    run.abort.abort();
    await run.done;
  });

  it('finds the track of cameras that want the control before the query', async () => {
    const seen: Request[] = [];
    const port = await peer((request, socket) => {
      const wrong = request.method === 'SETUP' && !request.url.endsWith('/x/track?channel=1');
      if (wrong) reply(socket, request.cseq, '404 Not Found');
      else camera((to) => to.write(keyframe(1, 1)))(request, socket);
    }, seen);
    const run = start(`rtsp://127.0.0.1:${port}/x?channel=1`);
    await run.until(1);
    expect(seen.filter(({ method }) => method === 'SETUP').map(({ url }) => url.replace(/.*\/x/, ''))).toEqual([
      '?channel=1/track',
      '/track?channel=1',
    ]);
    run.abort.abort();
    await run.done;
  });
});
