import { describe, expect, it } from 'vitest';
import {
  AVC_CONFIG,
  avcTag,
  clientCommand,
  clientHandshake,
  clientMessage,
  nalUnit,
  obsCommands,
  obsMedia,
  obsSession,
} from '../testing/rtmp-publisher-bytes.js';
import { seededRandom } from '../testing/synthetic-jpeg.js';
import { readAmf0, writeAmf0 } from './amf0.js';
import { ChunkReader } from './chunk-reader.js';
import { HANDSHAKE_BYTES } from './handshake.js';
import { MESSAGE } from './message.js';
import type { RtmpVideoPacket } from './published-media.js';
import type { RtmpEnd } from './rtmp-error.js';
import {
  MAX_HELD_BYTES,
  MAX_MEDIA_BYTES,
  MAX_MESSAGE_STREAMS,
  type PublishRequest,
  RtmpSession,
} from './rtmp-session.js';

type Decision = 'accept' | 'refuse' | 'wait';

/** A session whose events are recorded, in order. */
function startSession(decision: Decision = 'accept') {
  const events: string[] = [];
  const packets: RtmpVideoPacket[] = [];
  const ends: RtmpEnd[] = [];
  const sent: Buffer[] = [];
  const session = new RtmpSession({
    send: (bytes) => sent.push(bytes),
    onPublishRequest: ({ key, agent }: PublishRequest) => {
      events.push(`publish ${key} by ${agent}`);
      if (decision === 'accept') session.accept();
      if (decision === 'refuse') session.refuse('The key is wrong');
    },
    onPacket: (packet) => {
      packets.push(packet);
      events.push(`${packet.isKeyframe ? 'key' : 'inter'} ${packet.dtsMs} ${packet.data.length}`);
    },
    onMetadata: (metadata) => events.push(`metadata ${JSON.stringify(metadata)}`),
    onEnd: (end) => {
      ends.push(end);
      events.push(`end ${end.reason}`);
    },
  });
  /** What the server has sent: names of commands with what they say, types of other messages. */
  const answers = () => readAnswers(Buffer.concat(sent));
  return { session, events, packets, ends, sent, answers };
}

function readAnswers(bytes: Buffer): string[] {
  const answers: string[] = [];
  const reader = new ChunkReader(1_000_000, ({ typeId, payload }) => {
    if (typeId !== MESSAGE.commandAmf0) answers.push(`${typeId} ${payload.toString('hex')}`);
    else answers.push(JSON.stringify(readAmf0(payload)));
  });
  reader.push(bytes.subarray(1 + 2 * HANDSHAKE_BYTES));
  return answers;
}

/** Pushes after the handshake and the commands of OBS. */
function publish(...parts: Buffer[]) {
  const run = startSession();
  run.session.push(Buffer.concat([clientHandshake(), obsCommands('KEY'), ...parts]));
  return run;
}

const OBS_AGENT = 'FMLE/3.0 (compatible; FMSc/1.0)';
const OBS_EVENTS = [
  `publish KEY by ${OBS_AGENT}`,
  'metadata {"width":16,"height":16,"fps":25,"encoder":"obs-output module"}',
  'key 0 9004',
  'inter 40 305',
  'inter 80 306',
  'end unpublished',
];

describe('RtmpSession', () => {
  it('accepts a stream from OBS', () => {
    const { session, events, packets, ends } = startSession();
    session.push(obsSession('KEY', 3));
    expect(events).toEqual(OBS_EVENTS);
    expect(packets[0]).toMatchObject({ codec: 'h264', isKeyframe: true, dtsMs: 0, ptsMs: 0, isDiscontinuity: false });
    expect(packets[0]?.config).toEqual(AVC_CONFIG);
    expect(packets[0]?.data).toEqual(nalUnit(5, 9000));
    expect(session.counts).toEqual({ audio: 4, ignored: 0 });
    expect(ends).toHaveLength(1);
  });

  it('responds to OBS in the order it expects', () => {
    const { session, answers } = startSession();
    session.push(obsSession('KEY', 3));
    const started = '{"level":"status","code":"NetStream.Publish.Start","description":"Publishing"}';
    const stopped = '{"level":"status","code":"NetStream.Unpublish.Success","description":"Stopped"}';
    expect(answers()).toEqual([
      '5 002625a0', // window size
      '6 002625a002', // peer bandwidth
      '["_result",1,{"fmsVer":"FMS/3,0,1,123","capabilities":31},' +
        '{"level":"status","code":"NetConnection.Connect.Success","description":"Connected","objectEncoding":0}]',
      '["_result",2,null,null]',
      '["_result",3,null,null]',
      '["_result",4,null,1]',
      '4 000000000001', // the stream begins
      `["onFCPublish",0,null,${started}]`,
      `["onStatus",0,null,${started}]`,
      `["onFCUnpublish",0,null,${stopped}]`,
      '["_result",6,null,null]',
      `["onStatus",0,null,${stopped}]`,
    ]);
  });

  it('sees the same however the bytes are cut', () => {
    const random = seededRandom(11);
    const bytes = obsSession('KEY', 3);
    const whole = startSession();
    whole.session.push(bytes);
    for (let round = 0; round < 16; round += 1) {
      const { session, events, sent } = startSession();
      const most = [1, 5, 200, 3000][round % 4]!;
      for (let at = 0; at < bytes.length; ) {
        const end = at + 1 + random(most);
        const chunk = Buffer.from(bytes.subarray(at, end));
        session.push(chunk);
        chunk.fill(0xee); // the socket may reuse its memory
        at = end;
      }
      expect(events).toEqual(OBS_EVENTS);
      expect(Buffer.concat(sent)).toEqual(Buffer.concat(whole.sent));
    }
  });

  describe('the key', () => {
    it('is checked before Publish.Start and before any media is accepted', () => {
      const { session, events, answers } = startSession('wait');
      session.push(obsSession('KEY', 3));
      expect(events).toEqual([OBS_EVENTS[0]]);
      expect(answers().join()).not.toContain('NetStream');
      session.accept();
      expect(events).toEqual(OBS_EVENTS);
      expect(answers().join()).toContain('NetStream.Publish.Start');
    });

    it('ends the session when it is refused, and drops what came with it', () => {
      const { session, events, answers, ends } = startSession('wait');
      session.push(obsSession('KEY', 3));
      session.refuse('The key is wrong');
      session.accept();
      session.push(obsSession('KEY', 3));
      expect(events).toEqual([OBS_EVENTS[0], 'end refused']);
      expect(ends).toEqual([{ reason: 'refused', message: 'The key is wrong' }]);
      const status = '{"level":"error","code":"NetStream.Publish.BadName","description":"The key is wrong"}';
      expect(answers().at(-1)).toBe(`["onStatus",0,null,${status}]`);
    });

    it('may be decided at once', () => {
      const { session, events } = startSession('refuse');
      session.push(obsSession('KEY', 3));
      expect(events).toEqual([OBS_EVENTS[0], 'end refused']);
    });

    it('is required', () => {
      const { session, events, answers } = startSession();
      session.push(Buffer.concat([clientHandshake(), obsCommands('')]));
      expect(events).toEqual(['end refused']);
      expect(answers().at(-1)).toContain('BadName');
    });

    it('holds a bounded part of what arrives meanwhile', () => {
      const { session, events } = startSession('wait');
      session.push(obsSession('KEY', 3));
      for (let at = 0; at < MAX_HELD_BYTES; at += 10_000) session.push(Buffer.alloc(10_000));
      expect(events).toEqual([OBS_EVENTS[0], 'end limit_exceeded']);
    });

    it.each(['live/KEY', 'live?key=KEY'])('is taken from the application %s', (app) => {
      const { session, events } = startSession();
      session.push(Buffer.concat([clientHandshake(), obsCommands('', app)]));
      expect(events).toEqual([OBS_EVENTS[0]]);
    });
  });

  it.each<[string, Buffer[], string, string]>([
    ['another application', [obsCommands('KEY', 'other')], 'wrong_app', 'NetConnection.Connect.InvalidApp'],
    ['a command before connect', [clientCommand(['createStream', 1, null])], 'malformed', ''],
    ['a command without a name', [clientCommand([null])], 'malformed', ''],
    ['a second connect', [obsCommands('KEY'), clientCommand(['connect', 9, {}])], 'malformed', 'Publish.Rejected'],
    [
      'a second publish',
      [obsCommands('KEY'), clientCommand(['publish', 9, null, 'K'])],
      'malformed',
      'Publish.Rejected',
    ],
    [
      'a command over 64 KiB before the key',
      [clientMessage({ typeId: MESSAGE.commandAmf0, payload: Buffer.alloc(65_537) })],
      'limit_exceeded',
      '',
    ],
    [
      'too many streams',
      [
        obsCommands('KEY'),
        ...Array.from({ length: MAX_MESSAGE_STREAMS }, () => clientCommand(['createStream', 9, null])),
      ],
      'limit_exceeded',
      'Publish.Rejected',
    ],
  ])('ends in order for %s', (_name, parts, reason, answer) => {
    const { session, ends, answers } = startSession();
    session.push(Buffer.concat([clientHandshake(), ...parts]));
    session.push(Buffer.from('more'));
    expect(ends.map((end) => end.reason)).toEqual([reason]);
    expect(answers().join()).toContain(answer);
  });

  it('refuses players', () => {
    const { session, ends, answers } = startSession();
    const connect = clientCommand(['connect', 1, { app: 'live' }]);
    session.push(Buffer.concat([clientHandshake(), connect, clientCommand(['play', 2, null, 'KEY'])]));
    expect(ends).toMatchObject([{ reason: 'play_refused' }]);
    expect(answers().at(-1)).toContain('NetStream.Play.Failed');
  });

  it('lists the enhanced codecs for clients that support them', () => {
    const { session, answers } = startSession();
    const connect = clientCommand(['connect', 1, { app: 'live', fourCcList: ['av01', 'hvc1'] }]);
    session.push(Buffer.concat([clientHandshake(), connect]));
    expect(answers().at(-1)).toContain('"videoFourCcInfoMap":{"avc1":1,"hvc1":1,"av01":1,"vp09":1}');
  });

  it('accepts commands in the AMF3 wrapper', () => {
    const { session, events } = startSession();
    const wrapped = (values: Parameters<typeof writeAmf0>[0]) =>
      clientMessage({ typeId: MESSAGE.commandAmf3, payload: Buffer.concat([Buffer.of(0), writeAmf0(values)]) });
    const commands = [wrapped(['connect', 1, { app: 'live' }]), wrapped(['publish', 2, null, 'KEY', 'live'])];
    session.push(Buffer.concat([clientHandshake(), ...commands]));
    expect(events).toEqual(['publish KEY by undefined']);
  });

  it('answers pings', () => {
    const ping = clientMessage({
      chunkStreamId: 2,
      typeId: MESSAGE.userControl,
      payload: Buffer.from('00060000abcd', 'hex'),
    });
    expect(publish(ping).answers().at(-1)).toBe('4 00070000abcd');
  });

  it('acknowledges every window', () => {
    const { session, answers } = publish(
      clientMessage({
        chunkStreamId: 2,
        typeId: MESSAGE.windowAcknowledgementSize,
        payload: Buffer.from('00000800', 'hex'),
      }),
    );
    const acknowledged = () => answers().filter((answer) => answer.startsWith('3 '));
    expect(acknowledged()).toHaveLength(1);
    const audio = obsMedia(MESSAGE.audio, Buffer.alloc(2000), 0, true);
    session.push(audio);
    expect(acknowledged()).toHaveLength(1);
    session.push(Buffer.concat([audio, audio]));
    expect(acknowledged().at(-1)).toBe(`3 ${session.receivedBytes.toString(16).padStart(8, '0')}`);
  });

  describe('media', () => {
    const config = obsMedia(MESSAGE.video, avcTag('config', AVC_CONFIG), 0, true);
    const frame = (timestampMs: number) =>
      obsMedia(MESSAGE.video, avcTag('inter', nalUnit(1, 10), 80), timestampMs, true);

    it('passes a new sequence header on, and keeps one object for repeated ones', () => {
      const other = Buffer.concat([AVC_CONFIG, Buffer.of(0)]);
      const { packets } = publish(
        config,
        frame(0),
        config,
        frame(40),
        obsMedia(9, avcTag('config', other), 0),
        frame(80),
      );
      expect(packets[1]?.config).toBe(packets[0]?.config);
      expect(packets[2]?.config).toEqual(other);
      expect(packets[0]).toMatchObject({ dtsMs: 0, ptsMs: 80 });
    });

    it('gives NAL units lengths of four bytes, whatever the encoder uses', () => {
      const short = Buffer.from(AVC_CONFIG);
      short[4] = 0xfc;
      const { session, packets } = publish(
        obsMedia(MESSAGE.video, avcTag('config', short), 0, true),
        obsMedia(MESSAGE.video, avcTag('key', Buffer.from('02aabb', 'hex')), 0),
        obsMedia(MESSAGE.video, avcTag('inter', Buffer.from('09aabb', 'hex')), 40),
      );
      expect(packets).toHaveLength(1);
      expect(packets[0]?.data.toString('hex')).toBe('00000002aabb');
      expect(packets[0]?.config).toEqual(AVC_CONFIG);
      expect(session.counts.ignored).toBe(1);
    });

    it('drops frames before the sequence header', () => {
      const { session, packets } = publish(frame(0), config, frame(40));
      expect(packets).toHaveLength(1);
      expect(session.counts.ignored).toBe(1);
    });

    it('goes on over the wrap of timestamps', () => {
      const { packets } = publish(config, frame(0xffff_fff0), frame(0x18));
      expect(packets.map(({ dtsMs }) => dtsMs - packets[0]!.dtsMs)).toEqual([0, 40]);
    });

    it('accepts messages of 4 MiB, but none larger', () => {
      const payload = (bytes: number) => avcTag('key', nalUnit(5, bytes - 9));
      expect(publish(config, obsMedia(9, payload(MAX_MEDIA_BYTES), 0)).packets).toHaveLength(1);
      const { ends } = publish(config, obsMedia(9, payload(MAX_MEDIA_BYTES + 1), 0));
      expect(ends).toEqual([{ reason: 'limit_exceeded', message: expect.stringContaining('4194305 bytes') }]);
    });

    it('reads aggregates', () => {
      const tag = (timestampMs: number, typeId: number, body: Buffer) => {
        const head = Buffer.alloc(11);
        head[0] = typeId;
        head.writeUIntBE(body.length, 1, 3);
        head.writeUIntBE(timestampMs, 4, 3);
        return Buffer.concat([head, body, Buffer.alloc(4)]);
      };
      const payload = Buffer.concat([
        tag(500, MESSAGE.video, avcTag('config', AVC_CONFIG)),
        tag(500, MESSAGE.video, avcTag('key', nalUnit(5, 20))),
        tag(520, MESSAGE.audio, Buffer.of(0xaf)),
        tag(540, MESSAGE.video, avcTag('inter', nalUnit(1, 20))),
      ]);
      const { session, packets } = publish(obsMedia(MESSAGE.aggregate, payload, 2000, true));
      expect(packets.map(({ dtsMs }) => dtsMs)).toEqual([2000, 2040]);
      expect(session.counts.audio).toBe(1);
      expect(publish(obsMedia(MESSAGE.aggregate, payload.subarray(0, payload.length - 10), 0)).ends).toMatchObject([
        { reason: 'malformed' },
      ]);
    });

    it.each([
      ['broken metadata', obsMedia(MESSAGE.dataAmf0, Buffer.from('02ffff', 'hex'), 0)],
      [
        'huge metadata',
        obsMedia(MESSAGE.dataAmf0, writeAmf0(['onMetaData', { a: 'x'.repeat(65_500), b: 'y'.repeat(50) }]), 0),
      ],
      ['other data', obsMedia(MESSAGE.dataAmf0, writeAmf0(['onTextData', { text: 'hello' }]), 0)],
      ['an unknown message', obsMedia(99, Buffer.from('abc'), 0)],
    ])('ignores %s, and goes on', (_name, message) => {
      const { session, packets, ends } = publish(message, config, frame(0));
      expect(packets).toHaveLength(1);
      expect(session.counts.ignored).toBe(1);
      expect(ends).toEqual([]);
    });

    it('leaves out metadata values that make no sense', () => {
      const properties = { width: -1, height: Number.NaN, framerate: 1e9, encoder: 'x\n\u0007' };
      const { events } = publish(
        obsMedia(MESSAGE.dataAmf3, Buffer.concat([Buffer.of(0), writeAmf0(['onMetaData', properties])]), 0),
      );
      expect(events.at(-1)).toBe('metadata {"encoder":"x??"}');
    });

    it('ends for a codec that is not supported, and says which are', () => {
      const { ends, answers } = publish(obsMedia(MESSAGE.video, Buffer.from('2200', 'hex'), 0));
      expect(ends).toMatchObject([{ reason: 'unsupported_codec' }]);
      expect(answers().at(-1)).toContain('use H.264, HEVC, AV1 or VP9');
    });
  });

  it('ends when the server ends it, and tells the publisher why', () => {
    const { session, ends, answers } = publish();
    session.end('closed', 'The camera was removed');
    session.end('closed', 'again');
    session.push(obsSession('KEY', 1));
    expect(ends).toEqual([{ reason: 'closed', message: 'The camera was removed' }]);
    expect(answers().at(-1)).toContain('The camera was removed');
  });
});
