import { openSync, read, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import koffi from 'koffi';
import { EmulatedLink } from './emulated-link.js';
import { monotonicMs } from './figures.js';

// Carries packets between two TUN devices that it creates, named by its arguments. Reads lines "bits-per-second delay-ms loss both" and
// answers each: everything from the second device to the first is shaped, and the other direction too if `both` is 1. Ends with its
// input.

/** From linux/if_tun.h: attach to a device by name; whole IP packets without a driver header. */
const TUNSETIFF = 0x4004_54ca;
const IFF_TUN_NO_PI = 0x1001;
const NAME_BYTES = 16;
const REQUEST_BYTES = 40;
const MAX_PACKET_BYTES = 65_536;

const ioctl = koffi.load(null).func('int ioctl(int fd, unsigned long request, void *argument)');

function openTun(name: string): number {
  const fd = openSync('/dev/net/tun', 'r+');
  const request = Buffer.alloc(REQUEST_BYTES);
  request.write(name, 0, NAME_BYTES - 1, 'latin1');
  request.writeUInt16LE(IFF_TUN_NO_PI, NAME_BYTES);
  if (ioctl(fd, TUNSETIFF, request) !== 0) throw new Error(`The device ${name} could not be created`);
  return fd;
}

/** A fixed sequence (mulberry32), so that every run loses the same packets. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Reads one device, and writes to the other what has passed through the link. */
function carry(from: number, to: number, link: EmulatedLink): void {
  const buffer = Buffer.allocUnsafeSlow(MAX_PACKET_BYTES);
  let timer: NodeJS.Timeout | undefined;
  const deliver = () => {
    timer = undefined;
    for (let packet = link.take(monotonicMs()); packet; packet = link.take(monotonicMs())) {
      try {
        writeSync(to, packet);
      } catch {
        // The device is not up (yet): the packet is lost, as on any network.
      }
    }
    const { dueMs } = link;
    if (dueMs !== undefined) timer = setTimeout(deliver, Math.max(0, dueMs - monotonicMs()));
  };
  const next = () =>
    read(from, buffer, 0, buffer.length, null, (error, bytes) => {
      if (error) {
        // Not up yet.
        setTimeout(next, 20);
        return;
      }
      link.put(Buffer.from(buffer.subarray(0, bytes)), monotonicMs());
      if (timer === undefined) deliver();
      next();
    });
  next();
}

const [near, far] = process.argv.slice(2) as [string, string];
const [nearFd, farFd] = [openTun(near), openTun(far)];
const [toFar, toNear] = [new EmulatedLink(seeded(1)), new EmulatedLink(seeded(2))];
carry(nearFd, farFd, toFar);
carry(farFd, nearFd, toNear);
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [bitsPerSecond, delayMs, loss, both] = line.split(' ').map(Number) as [number, number, number, number];
    const shape = { bitsPerSecond, delayMs, loss };
    toNear.shape = shape;
    toFar.shape = both ? shape : { bitsPerSecond: 0, delayMs: 0, loss: 0 };
    process.stdout.write('set\n');
  })
  .on('close', () => process.exit(0));
process.stdout.write('ready\n');
