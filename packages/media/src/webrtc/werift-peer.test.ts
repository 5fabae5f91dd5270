import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { LookoutError } from '@lookout/protocol/core';
import { afterEach, describe, expect, it } from 'vitest';
import { nowMs } from '../frame/clock.js';
import { sessionOffer } from '../testing/session-offers.js';
import { openTcpTunnel } from '../testing/tcp-tunnel.js';
import { WebRtcClient } from '../testing/web-rtc-client.js';
import type { PeerNetwork, PeerTransport } from './peer-transport.js';
import { type OfferWanted, readOffer } from './session-offer.js';
import { PassiveTcp } from './tcp/passive-tcp.js';
import { weriftPeers } from './werift-peer.js';

const LOOPBACK: PeerNetwork = { addresses: ['127.0.0.1'], bindAddress: '127.0.0.1', iceServers: [] };
const WATCHES: OfferWanted = { client: 'receives', codecs: ['h264'] };
const { open: openPeer } = weriftPeers();

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function open(sdp: string, { network = LOOPBACK, wanted = WATCHES } = {}) {
  const seen = { connected: 0, lost: [] as string[], keyframeRequests: 0, packets: [] as string[] };
  const peer: PeerTransport = await openPeer(readOffer(sdp, wanted), network, {
    onConnected: () => {
      seen.connected += 1;
    },
    onLost: (reason) => void seen.lost.push(reason),
    onKeyframeRequest: () => {
      seen.keyframeRequests += 1;
    },
    onRtp: ({ payload }) => void seen.packets.push(Buffer.from(payload).toString()),
  });
  closers.push(() => peer.close());
  return { peer, seen };
}

function makeClient(...options: ConstructorParameters<typeof WebRtcClient>): WebRtcClient {
  const client = new WebRtcClient(...options);
  closers.push(() => client.close());
  return client;
}

describe('a connection by werift', () => {
  it('sends to a client that watches, and hears its requests', async () => {
    const client = makeClient('recvonly');
    const { peer, seen } = await open(await client.offer());
    peer.sendRtp(Buffer.from('too early'), 0, true);
    await client.accept(peer.answer);
    await expect.poll(() => seen.connected).toBe(1);
    peer.sendRtp(Buffer.from('hello'), 1, false);
    peer.sendRtp(Buffer.from('world'), 1, true);
    await expect.poll(() => client.received.map(String)).toEqual(['hello', 'world']);
    await client.requestKeyframe();
    await expect.poll(() => seen.keyframeRequests).toBe(1);
    expect(peer.counts).toMatchObject({ packetsSent: 2, packetsLost: 0 });
    expect(seen.lost).toEqual([]);
  });

  it('tells a client not to hold pictures back, if it can be told', async () => {
    const extension = 'a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay';
    expect((await open(sessionOffer())).peer.answer).not.toContain('playout-delay');
    const offer = sessionOffer().replace(/(a=mid:\S+\r\n)/, `$1${extension}\r\n`);
    expect((await open(offer)).peer.answer).toContain(extension);
  });

  it('receives from a client that publishes, and asks it for keyframes', async () => {
    const client = makeClient('sendonly');
    const { peer, seen } = await open(await client.offer(), { wanted: { client: 'sends', codecs: ['h264'] } });
    await client.accept(peer.answer);
    client.send(Buffer.from('hello'), 1, true);
    await expect.poll(() => seen.packets).toEqual(['hello']);
    peer.requestKeyframe();
    await expect.poll(() => client.keyframeRequests).toBe(1);
    expect(peer.counts.packetsReceived).toBe(1);
  });

  it('offers the given addresses only, on ports of the range', async () => {
    const network: PeerNetwork = { ...LOOPBACK, addresses: ['192.0.2.7', '127.0.0.1'], portRange: [43_100, 43_150] };
    const { peer } = await open(sessionOffer(), { network });
    const candidates = [...peer.answer.matchAll(/^a=candidate:.* udp \d+ (\S+) (\d+) typ host/gm)];
    expect(candidates.map(([, address]) => address)).toEqual(['192.0.2.7', '127.0.0.1']);
    for (const [, , port] of candidates) expect(Number(port)).toBeGreaterThanOrEqual(43_100);
    expect(peer.answer).toContain('a=ice-lite');
    expect(peer.answer).not.toContain('10.1.2.3');
  });

  it('is reached over TCP, from where UDP does not get through', async () => {
    const tcp = new PassiveTcp({ now: nowMs, onEnd: () => undefined });
    const server = createServer((socket) => tcp.accept(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(async () => void server.close());
    const { port } = server.address() as AddressInfo;
    const network: PeerNetwork = {
      ...LOOPBACK,
      addresses: ['127.0.0.1', '192.0.2.7'],
      tcp: { port, admit: (agent) => tcp.admit(agent) },
    };
    const client = makeClient('recvonly');
    const { peer, seen } = await open(await client.offer(), { network });
    const candidates = [
      ...peer.answer.matchAll(/^a=candidate:\S+ 1 tcp (\d+) (\S+) (\d+) typ host tcptype passive\r$/gm),
    ];
    expect(candidates.map(([, , address, at]) => [address, Number(at)])).toEqual([
      ['127.0.0.1', port],
      ['192.0.2.7', port],
    ]);
    // Peers prefer UDP.
    const overUdp = [...peer.answer.matchAll(/^a=candidate:\S+ 1 udp (\d+)/gm)].map(([, priority]) => Number(priority));
    expect(Math.max(...candidates.map(([, priority]) => Number(priority)))).toBeLessThan(Math.min(...overUdp));
    const tunnel = await openTcpTunnel(port);
    closers.push(async () => tunnel.close());
    await client.accept(tunnel.answer(peer.answer));
    await expect.poll(() => seen.connected).toBe(1);
    peer.sendRtp(Buffer.from('hello'), 0, true);
    await expect.poll(() => client.received.map(String)).toEqual(['hello']);
    await client.requestKeyframe();
    await expect.poll(() => seen.keyframeRequests).toBe(1);
    expect(tcp.count).toBe(1);
    await peer.close();
    expect(tcp.count).toBe(0);
  });

  it('says so when no port is free, and opens again once one is', async () => {
    const network: PeerNetwork = { ...LOOPBACK, portRange: [43_201, 43_202] };
    const first = await open(sessionOffer(), { network });
    await open(sessionOffer(), { network });
    await expect(open(sessionOffer(), { network })).rejects.toMatchObject({ code: 'unavailable' });
    await first.peer.close();
    await open(sessionOffer(), { network });
  });

  it('never connects to a client whose certificate is not the one of its offer', async () => {
    const client = makeClient('recvonly');
    const other = sessionOffer().match(/a=fingerprint:\S+ \S+/)?.[0] ?? '';
    const { peer, seen } = await open((await client.offer()).replace(/a=fingerprint:\S+ \S+/g, other));
    const connecting = client.accept(peer.answer).catch(() => undefined);
    await expect.poll(() => seen.lost).toEqual(['the connection could not be established']);
    expect(seen.connected).toBe(0);
    await client.close();
    void connecting;
  });

  it('refuses an offer that werift can’t answer, and goes on', async () => {
    const broken = sessionOffer().replace(/a=fingerprint:sha-256 [^\r]+/, 'a=fingerprint:sha-256 no');
    const withoutHash = sessionOffer().replace(/a=fingerprint:sha-256 [^\r]+/, 'a=fingerprint:x');
    for (const sdp of [broken, withoutHash]) {
      try {
        await open(sdp);
      } catch (error) {
        expect(error).toBeInstanceOf(LookoutError);
        expect(error).toMatchObject({ code: 'bad_request' });
      }
    }
    await open(sessionOffer());
  });
});
