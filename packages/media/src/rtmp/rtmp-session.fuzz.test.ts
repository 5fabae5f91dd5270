import { expect, it } from 'vitest';
import { obsSession, setChunkSize } from '../testing/rtmp-publisher-bytes.js';
import { seededRandom } from '../testing/synthetic-jpeg.js';
import { HANDSHAKE_BYTES } from './handshake.js';
import { MAX_MEDIA_BYTES, RtmpSession } from './rtmp-session.js';

const SEEDS = 1000;
/** Answers to the commands of a session, and to commands that damage has repeated. */
const MOST_SENT_BYTES = 40_000;

it('never throws for a damaged recording, and stays within its bounds', () => {
  const recorded = [obsSession('KEY', 6), Buffer.concat([obsSession('KEY', 2).subarray(0, 6000), setChunkSize(50)])];
  const reasons = new Set<string>();
  for (let seed = 0; seed < SEEDS; seed += 1) {
    const random = seededRandom(seed);
    const { ends, largestPacket, sentBytes } = run(damage(recorded[seed % 2]!, random), random, seed % 5 !== 0);
    if (ends.length !== 1 || largestPacket > MAX_MEDIA_BYTES || sentBytes > MOST_SENT_BYTES) {
      expect.fail(`seed ${seed}: ended ${ends}, packet of ${largestPacket} bytes, sent ${sentBytes} bytes`);
    }
    reasons.add(ends[0]!);
  }
  // Damage reaches all layers.
  expect([...reasons]).toEqual(
    expect.arrayContaining(['malformed', 'limit_exceeded', 'not_rtmp', 'wrong_app', 'unpublished', 'disconnected']),
  );
});

/** Pushes the bytes in random pieces, and closes. */
function run(bytes: Buffer, random: (below: number) => number, acceptsAtOnce: boolean) {
  const ends: string[] = [];
  let largestPacket = 0;
  let sentBytes = 0;
  const session = new RtmpSession({
    send: ({ length }) => {
      sentBytes += length;
    },
    onPublishRequest: () => {
      if (acceptsAtOnce) session.accept();
    },
    onPacket: ({ data }) => {
      largestPacket = Math.max(largestPacket, data.length);
    },
    onMetadata: () => {},
    onEnd: ({ reason }) => ends.push(reason),
  });
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + random(4000);
    session.push(bytes.subarray(at, end));
    if (random(4) === 0) session.accept();
    at = end;
  }
  session.end('disconnected', 'The client closed the connection');
  return { ends, largestPacket, sentBytes };
}

/** Some bytes changed, left out, repeated or inserted, mostly after the handshake. */
function damage(original: Buffer, random: (below: number) => number): Buffer {
  let bytes = Buffer.from(original);
  const count = 1 + random(8);
  for (let index = 0; index < count; index += 1) {
    const from = random(20) === 0 ? 0 : 1 + 2 * HANDSHAKE_BYTES;
    const at = from + random(Math.max(1, Math.min(bytes.length - from, random(2) ? 1200 : bytes.length)));
    const length = random(2) ? 1 : random(30);
    const kind = random(4);
    if (kind === 0) bytes.fill(random(256), at, Math.min(at + length, bytes.length));
    if (kind === 1) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    if (kind === 2) bytes = Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
    if (kind === 3)
      bytes = Buffer.concat([bytes.subarray(0, at), Buffer.alloc(length, random(256)), bytes.subarray(at)]);
  }
  return bytes;
}
