import { shiftWhile } from '../timing/shift-while.js';

/** A way shorter than this part of a frame's time holds none: one at a time, so that one only stands there when it gets narrow. */
const NEAR_FRAMES = 0.15;
/** However long the way, no more: four at 15 fps are a quarter of a second. */
const MAX_FRAMES = 4;
/** Pings without a frame that may be on their way: with nobody at the other end they must not pile up. */
const MAX_UNANSWERED = 16;
/** So long may a frame stand in a queue before the next has to wait for it. */
const QUEUE_MS = 100;
const TRIP_WINDOW_MS = 2500;
const MAX_TRIPS = 512;
const SERVICE_WINDOW_MS = 3000;
const MAX_SERVICES = 120;
const MIN_SERVICES = 3;
/** So long, and so many times what was usual, is slow for one frame. */
const SLOW_MS = 80;
const SLOW_TIMES = 3;
/** The clock's own grain: less says nothing. */
const MIN_SERVICE_MS = 0.5;

/**
 * Bounds what is on its way to the server. `bufferedAmount` alone does not: it is 0 while megabytes wait in the kernel and in the
 * routers behind it. So a ping follows each frame; its pong, which cannot overtake, says that the server has the frame.
 *
 * As many frames may be on their way as the distance itself holds at the rate, plus one, and none more while the oldest takes much
 * longer than the distance explains: then it stands in a queue, and another would stand behind it.
 *
 * The distance is the shortest round trip of the last seconds, as in BBR (Cardwell et al., "BBR: Congestion-Based Congestion
 * Control", ACM Queue 2016). What the link carries is seen from pairs, as in packet pairs (Keshav, "A Control-Theoretic Approach to Flow
 * Control", SIGCOMM 1991): a bare ping, a frame, its ping; between both pongs the frame went through, whether the link is full or not.
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

  /** Shortest round trip of the last seconds, ms. */
  get roundTripMs(): number | undefined {
    let shortest: number | undefined;
    for (const { roundTripMs } of this.#trips) if (!(roundTripMs > (shortest ?? Infinity))) shortest = roundTripMs;
    return shortest;
  }

  /** When the oldest unanswered ping was sent, ms; undefined when all are answered. */
  get oldestAt(): number | undefined {
    return this.#unanswered[0]?.at;
  }

  /** Whether another frame may go. @param fps of the frames, > 0 */
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
   * @param bytes of the frame it follows; 0: of none
   * @param capturedAt when that frame was captured, our clock, ms
   * @param bareAt when the bare ping right before that frame was sent, where there was one: the time between both pongs is what
   *   the frame itself took, whatever the distance and whoever is busy
   */
  sent(at: number, bytes = 0, capturedAt = at, bareAt?: number): void {
    this.#unanswered.push({ at, bytes, capturedAt, bareAt });
  }

  /**
   * A pong came. The pings before it are answered too: what the server left out cannot come any more.
   * @param t0 when its ping was sent @param now our clock, ms
   * @returns the frames it confirms, oldest first; undefined for a pong that nobody waited for
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

  /** What the link carries, bytes per ms, over the last frames; undefined until some are through. */
  bytesPerMs(now: number): number | undefined {
    shiftWhile(this.#services, ({ at }) => at < now - SERVICE_WINDOW_MS);
    const msPerByte = this.#services.map(({ bytes, ms }) => ms / bytes);
    // The one that stands in the link now says something too once it takes longer than usual.
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
    // One is bad luck, three in a row are another link: what was before says nothing of it.
    this.#services.splice(0, this.#services.length - MIN_SERVICES);
    this.#slowInRow = 0;
  }

  /** A new connection: nothing is on its way, and the way may be another. */
  reset(): void {
    this.#unanswered = [];
    this.#services = [];
    this.#trips = [];
    this.#slowInRow = 0;
    this.#bare = undefined;
  }
}

export interface SentFrame {
  /** When its ping was sent, right behind it. */
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

/** The middle one, so that a lost packet or a busy server now and then does not pass for a slow link; 0 of none. */
function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
