import { type PeerEvents, type PeerTransport, readOffer } from '@lookout/media';
import { sessionOffer } from '@lookout/media/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nodeOfPeerSession, PeerSessions } from './peer-sessions.js';

const OFFER = readOffer(sessionOffer(), { client: 'receives', codecs: ['h264'] });

class FakePeer implements PeerTransport {
  readonly answer = sessionOffer({ video: 'sendonly' });
  readonly counts = { packetsSent: 1, packetsReceived: 2, packetsLost: 3 };
  readonly candidates: string[] = [];
  lastSeenMs = Date.now();
  closed = 0;
  constructor(readonly events: PeerEvents) {}
  addCandidate = (candidate: string) => void this.candidates.push(candidate);
  sendRtp = () => undefined;
  requestKeyframe = () => undefined;
  close = async () => {
    this.closed += 1;
  };
}

function setUp(limits = { webrtc_sessions: 3, webrtc_sessions_per_address: 2 }, node?: string) {
  const peers: FakePeer[] = [];
  const ends: string[] = [];
  const sessions = new PeerSessions({
    node,
    openPeer: async (_offer, _network, events) => {
      const peer = new FakePeer(events);
      peers.push(peer);
      return peer;
    },
    network: () => ({ addresses: ['127.0.0.1'], iceServers: [] }),
    limits,
    now: () => Date.now(),
    onEnded: ({ reason }) => void ends.push(reason),
  });
  const mediaEnds: string[] = [];
  const holds: (() => void)[] = [];
  const open = (address = '10.0.0.1') =>
    sessions.open(
      {
        role: 'viewer',
        cameraId: 'gate',
        address,
        offer: OFFER,
        hold: (end) => {
          holds.push(end);
          return () => void holds.splice(holds.indexOf(end), 1);
        },
      },
      () => ({ ended: (reason) => void mediaEnds.push(reason) }),
    );
  return { sessions, peers, ends, mediaEnds, holds, open };
}

describe('PeerSessions', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('names the node of a cluster in ids', async () => {
    const { id: alone } = await setUp().open();
    const { id } = await setUp(undefined, 'north-1').open();
    expect([alone, id]).toEqual([expect.stringMatching(/^[\w-]{16}$/), expect.stringMatching(/^north-1-[\w-]{16}$/)]);
    expect([nodeOfPeerSession(alone), nodeOfPeerSession(id)]).toEqual([undefined, 'north-1']);
  });

  it('ends a session once, and knows it no longer', async () => {
    const { sessions, peers, ends, mediaEnds, holds, open } = setUp();
    const session = await open();
    expect(sessions.find('viewer', 'gate', session.id)).toBe(session);
    await session.end('deleted');
    await session.end('deleted');
    peers[0]?.events.onLost('late');
    expect([ends, mediaEnds, peers[0]?.closed, holds]).toEqual([['deleted'], ['deleted'], 1, []]);
    expect(() => sessions.find('viewer', 'gate', session.id)).toThrow('There is no such session');
    expect(sessions.count('viewer')).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('finds a session only for its own camera and role', async () => {
    const { sessions, open } = setUp();
    const { id } = await open();
    expect(() => sessions.find('viewer', 'yard', id)).toThrow('no such session');
    expect(() => sessions.find('publisher', 'gate', id)).toThrow('no such session');
  });

  it.each([
    ['its peer never connects', 'connect_timeout', () => undefined],
    ['its peer says nothing more', 'timeout', ({ events }: FakePeer) => events.onConnected()],
    ['its peer leaves', 'disconnected', ({ events }: FakePeer) => events.onLost('gone')],
  ])('ends a session when %s', async (_name, reason, happen) => {
    const { peers, ends, open } = setUp();
    await open();
    happen(peers[0]!);
    await vi.advanceTimersByTimeAsync(10_000);
    if (reason !== 'disconnected') expect(ends).toEqual([]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect([ends, peers[0]?.closed]).toEqual([[reason], 1]);
  });

  it('keeps a session whose peer is there', async () => {
    const { peers, ends, open } = setUp();
    await open();
    peers[0]?.events.onConnected();
    for (let second = 0; second < 60; second += 1) {
      peers[0]!.lastSeenMs = Date.now();
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(ends).toEqual([]);
  });

  it('ends a session whose link is revoked', async () => {
    const { holds, ends, open } = setUp();
    await open();
    holds[0]?.();
    expect(ends).toEqual(['revoked']);
  });

  it('has no more than its limits, in total and from one address', async () => {
    const { ends, open } = setUp();
    const first = await open();
    await open();
    await expect(open()).rejects.toMatchObject({
      code: 'too_many_requests',
      hint: expect.stringContaining('per_address'),
    });
    await open('10.0.0.2');
    await expect(open('10.0.0.3')).rejects.toMatchObject({ code: 'too_many_requests' });
    await first.end('deleted');
    await open();
    expect(ends).toEqual(['deleted']);
  });

  it('forgets a session that could not be opened', async () => {
    const { sessions } = setUp();
    const failing = new PeerSessions({
      openPeer: () => Promise.reject(new Error('no port')),
      network: () => ({ addresses: [], iceServers: [] }),
      limits: { webrtc_sessions: 1, webrtc_sessions_per_address: 1 },
      now: () => Date.now(),
      onEnded: () => expect.unreachable('it never began'),
    });
    const request = {
      role: 'viewer',
      cameraId: 'gate',
      address: 'x',
      offer: OFFER,
      hold: () => () => undefined,
    } as const;
    for (let attempt = 0; attempt < 3; attempt += 1)
      await expect(failing.open(request, () => ({ ended: () => undefined }))).rejects.toThrow('no port');
    expect([failing.count('viewer'), sessions.count('viewer'), vi.getTimerCount()]).toEqual([0, 0, 0]);
  });

  it('ends all when it closes, and opens none after', async () => {
    const { sessions, peers, ends, open } = setUp();
    await open();
    await open();
    await sessions.close();
    expect([ends, peers.map(({ closed }) => closed)]).toEqual([
      ['shutdown', 'shutdown'],
      [1, 1],
    ]);
    await expect(open()).rejects.toMatchObject({ code: 'unavailable' });
  });
});
