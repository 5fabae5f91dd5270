import { shiftWhile } from '../timing/shift-while.js';

/** If the round trip is shorter than this share of a frame's period, frames go one at a time, so at most one queues on a slow link. */
const NEAR_FRAMES = 0.15;
/** Limit at any round trip: four at 15 fps are a quarter of a second. */
const MAX_FRAMES = 4;
/** Limit of unanswered pings without a frame, so that they don't pile up when the other end is gone. */
const MAX_UNANSWERED = 16;
/** How long a frame may be queued in the network before the next has to wait for it. */
const QUEUE_MS = 100;
const TRIP_WINDOW_MS = 2500;
const MAX_TRIPS = 512;
const SERVICE_WINDOW_MS = 3000;
const MAX_SERVICES = 120;
const MIN_SERVICES = 3;
/** A frame is slow if it takes longer than this and more than this many times the usual time per byte. */
const SLOW_MS = 80;
const SLOW_TIMES = 3;
/** Resolution of the clock; shorter times carry no information. */
const MIN_SERVICE_MS = 0.5;

/**
 * Bounds the data in flight to the server. `bufferedAmount` alone does not: it is 0 while megabytes wait in the kernel and in the
 * routers beyond. So a ping follows each frame; its pong, which cannot overtake, confirms that the server has the frame.
 *
 * As many frames may be in flight as fit into the round trip at the frame rate, plus one; but no more while the oldest takes much
 * longer than the round trip explains: it is then in a queue, and another would queue behind it.
 *
 * The round trip is the shortest of the last few seconds, as in BBR (Cardwell et al., "BBR: Congestion-Based Congestion
 * Control", ACM Queue 2016). The link's capacity is measured with packet pairs (Keshav, "A Control-Theoretic Approach to Flow
 * Control", SIGCOMM 1991): a bare ping, a frame, its ping; the frame went through between the two pongs, whether the link is full or not.
 */
export class SendWindow {
  #unanswered: SentFrame[] = [];
  #services: Service[] = [];
  #trips: Array<{ roundTripMs: number; at: number }> = [];
  #slowInRow = 0;
  /** The last bare ping that was answered. */
  #bare: { at: number; answeredAt: number } | undefined;

  /** Frames that the server has not confirmed. */
  get inFlight(): number {
    let frames = 0;
    for (const { bytes } of this.#unanswered) if (bytes > 0) frames++;
    return frames;
  }

  /** Shortest round trip of the last few seconds, ms. */
  get roundTripMs(): number | undefined {
    let shortest: number | undefined;
    for (const { roundTripMs } of this.#trips) if (!(roundTripMs > (shortest ?? Infinity))) shortest = roundTripMs;
    return shortest;
  }

  /** When the oldest unanswered ping was sent, ms; undefined when all are answered. */
  get oldestAt(): number | undefined {
    return this.#unanswered[0]?.at;
  }

  /** Whether another frame may be sent. @param fps of the frames, > 0 */
  open(now: number, fps: number): boolean {
    const inFlight = this.inFlight;
    if (inFlight === 0) return this.#unanswered.length < MAX_UNANSWERED;
    const roundTripMs = this.roundTripMs ?? 0;
    const underway = Math.max(0, Math.ceil((roundTripMs * fps) / 1000 - NEAR_FRAMES));
    if (inFlight >= Math.min(MAX_FRAMES, 1 + underway)) return false;
    const oldest = this.#unanswered.find(({ bytes }) => bytes > 0);
    return oldest === undefined || now - oldest.at < roundTripMs + QUEUE_MS;
  }

  /**
   * A ping was sent.
   * @param at our clock, ms; no two at the same time
   * @param bytes size of the frame it follows; 0: no frame
   * @param capturedAt when that frame was captured, our clock, ms
   * @param bareAt when the bare ping right before that frame was sent, if there was one: the time between the two pongs is what
   *   the frame itself took, whatever the round trip or the load
   */
  sent(at: number, bytes = 0, capturedAt = at, bareAt?: number): void {
    this.#unanswered.push({ at, bytes, capturedAt, bareAt });
  }

  /**
   * A pong arrived. Earlier pings count as answered too: pongs that the server skipped will not come any more.
   * @param t0 when its ping was sent @param now our clock, ms
   * @returns the frames it confirms, oldest first; undefined for an unexpected pong
   */
  answered(t0: number, now: number): SentFrame[] | undefined {
    const index = this.#unanswered.findIndex(({ at }) => at === t0);
    if (index < 0) return undefined;
    const confirmed = this.#unanswered.splice(0, index + 1);
    this.#trips.push({ roundTripMs: Math.max(0, now - t0), at: now });
    if (this.#trips.length > MAX_TRIPS) this.#trips.shift();
    shiftWhile(this.#trips, ({ at }) => at < now - TRIP_WINDOW_MS);
    const frames = confirmed.filter(({ bytes }) => bytes > 0);
    if (confirmed.at(-1)?.bytes === 0) this.#bare = { at: t0, answeredAt: now };
    const [frame] = frames;
    if (frames.length === 1 && frame?.bareAt !== undefined && frame.bareAt === this.#bare?.at) {
      this.#serve({ bytes: frame.bytes, ms: Math.max(MIN_SERVICE_MS, now - this.#bare.answeredAt), at: now });
    }
    return frames;
  }

  /** Capacity of the link, bytes per ms, over the last frames; undefined until some have been confirmed. */
  bytesPerMs(now: number): number | undefined {
    shiftWhile(this.#services, ({ at }) => at < now - SERVICE_WINDOW_MS);
    const msPerByte = this.#services.map(({ bytes, ms }) => ms / bytes);
    // The frame in flight counts too once it takes longer than usual.
    const oldest = this.#unanswered.find((ping) => ping.bytes > 0);
    if (oldest) {
      const { at, bareAt } = oldest;
      const begunAt = bareAt !== undefined && bareAt === this.#bare?.at ? this.#bare.answeredAt : at;
      const standingMs = now - begunAt - (this.roundTripMs ?? 0);
      if (standingMs / oldest.bytes > median(msPerByte)) msPerByte.push(standingMs / oldest.bytes);
    }
    return this.#services.length >= MIN_SERVICES ? 1 / median(msPerByte) : undefined;
  }

  #serve(service: Service): void {
    const usual = median(this.#services.map(({ bytes, ms }) => ms / bytes));
    const slow = service.ms > SLOW_MS && service.ms / service.bytes > SLOW_TIMES * usual;
    this.#slowInRow = slow ? this.#slowInRow + 1 : 0;
    this.#services.push(service);
    if (this.#services.length > MAX_SERVICES) this.#services.shift();
    if (this.#slowInRow < MIN_SERVICES) return;
    // One slow frame is bad luck, three in a row mean that the link changed: earlier measurements no longer apply.
    this.#services.splice(0, this.#services.length - MIN_SERVICES);
    this.#slowInRow = 0;
  }

  /** A new connection: nothing is in flight, and the network path may have changed. */
  reset(): void {
    this.#unanswered = [];
    this.#services = [];
    this.#trips = [];
    this.#slowInRow = 0;
    this.#bare = undefined;
  }
}

export interface SentFrame {
  /** When the ping right after it was sent. */
  at: number;
  bytes: number;
  capturedAt: number;
  bareAt?: number;
}

interface Service {
  bytes: number;
  ms: number;
  at: number;
}

/** The median, so that an occasional lost packet or busy server does not look like a slow link; 0 if there are no values. */
function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
