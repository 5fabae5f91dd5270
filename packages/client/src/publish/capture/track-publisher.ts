import type { PublishOptions, PublishState } from '../publish-types.js';
import type { CaptureMethod, CaptureStats, FromWorker, ToWorker, WorkerAbilities } from './capture-messages.js';
import { FrameGrabber } from './frame-grabber.js';
import { hasTrackProcessor, trackProcessorOf } from './track-processor.js';

export interface PublishTrackOptions extends Omit<PublishOptions, 'onReady'> {
  onStats?: (stats: CaptureStats) => void;
  /** Something went wrong with a picture; publishing continues. */
  onProblem?: (message: string) => void;
  /** How pictures are captured. Default: the best method of this browser. */
  method?: CaptureMethod;
}

export interface TrackOptions {
  /** The source gives a picture only when something has changed, like a shared screen. Default false. */
  still?: boolean;
}

/** Publishes the picture of a camera or a screen. */
export interface TrackPublisher {
  /**
   * Sets another source, or none; the connection and the frame numbers continue. The caller keeps the track, which is never stopped here.
   */
  setTrack(track: MediaStreamTrack | undefined, options?: TrackOptions): void;
  pause(): void;
  resume(): void;
  /** The latest figures, at most a quarter of a second old; undefined until there are some. */
  stats(): CaptureStats | undefined;
  close(): void;
}

/** What a page needs of a worker, so that a test can stand in for one. */
export interface CaptureWorker {
  postMessage(message: ToWorker, transfer?: Transferable[]): void;
  onmessage: ((event: { data: FromWorker }) => void) | null;
  onerror: ((event: { message?: string }) => void) | null;
  terminate(): void;
}

/** Bundlers recognise this form and put the worker in a separate file. */
export function startCaptureWorker(): CaptureWorker {
  return new Worker(new URL('./capture-worker.js', import.meta.url), {
    type: 'module',
    name: 'lookout-publish',
  }) as CaptureWorker;
}

/** After this long without pictures from a camera that is on, it is read anew: that tells a stuck reader from a stuck camera. */
const SILENT_MS = 3000;
/** Time for the worker to close its socket, after which it has nothing left to do. */
const GOODBYE_MS = 500;

/** The page's part of publishing a track: passes the track's frames to a worker, which does the rest. */
export class WorkerTrackPublisher implements TrackPublisher {
  readonly #options: PublishTrackOptions;
  readonly #worker: CaptureWorker;
  #abilities: WorkerAbilities | undefined;
  #source: { track: MediaStreamTrack; still: boolean } | undefined;
  #grabber: FrameGrabber | undefined;
  #stats: CaptureStats | undefined;
  /** Since when the source has given nothing, ms; 0: it gives pictures. */
  #silentSince = 0;
  #closed = false;
  readonly #onAbort = () => this.close();

  constructor(where: { baseUrl: string; token: string }, options: PublishTrackOptions, worker: CaptureWorker) {
    this.#options = options;
    this.#worker = worker;
    worker.onmessage = ({ data }) => this.#onMessage(data);
    worker.onerror = ({ message }) =>
      this.#onState({ state: 'closed', reason: message || 'the worker cannot be loaded' });
    const { fps, quality, width, firstFrameNumber } = options;
    this.#post({ type: 'start', ...where, options: { fps, quality, width, firstFrameNumber } });
    if (options.signal?.aborted) this.close();
    else options.signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  setTrack(track: MediaStreamTrack | undefined, { still = false }: TrackOptions = {}): void {
    if (this.#closed) return;
    this.#source = track && { track, still };
    this.#silentSince = 0;
    this.#attach();
  }

  pause(): void {
    this.#post({ type: 'pause' });
  }

  resume(): void {
    this.#post({ type: 'resume' });
  }

  stats(): CaptureStats | undefined {
    return this.#stats;
  }

  close(): void {
    if (this.#closed) return;
    this.#post({ type: 'close' });
    this.#closed = true;
    this.#grabber?.close();
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    setTimeout(() => this.#worker.terminate(), GOODBYE_MS);
  }

  /** @param fps pictures from the source in the last second */
  #watchOver(fps: number): void {
    const { track, still } = this.#source ?? {};
    if (!track || still || fps > 0 || track.readyState !== 'live' || track.muted) {
      this.#silentSince = 0;
      return;
    }
    const now = performance.now();
    this.#silentSince ||= now;
    if (now - this.#silentSince < SILENT_MS) return;
    this.#silentSince = now;
    this.#attach();
  }

  /** Starts with the current source, once the worker has reported what it supports. */
  #attach(): void {
    const abilities = this.#abilities;
    if (!abilities) return;
    this.#grabber?.close();
    this.#grabber = undefined;
    const source = this.#source;
    if (!source) {
      this.#post({ type: 'source', method: undefined, still: false });
      return;
    }
    const { track, still } = source;
    switch (this.#method(abilities)) {
      case 'stream': {
        const readable = trackProcessorOf(track);
        this.#post({ type: 'source', method: 'stream', readable, still }, [readable]);
        break;
      }
      case 'track':
        this.#handOver(track, still);
        break;
      case 'bitmap':
        this.#grab(track, still, 'bitmap');
        break;
      case 'jpeg':
        this.#grab(track, still, 'jpeg');
        break;
    }
  }

  #method({ trackProcessor, encoder }: WorkerAbilities): CaptureMethod {
    if (this.#options.method) return this.#options.method;
    if (!encoder) return 'jpeg';
    if (hasTrackProcessor()) return 'stream';
    return trackProcessor ? 'track' : 'bitmap';
  }

  /** Transfers a clone: the original stays in the page's preview. */
  #handOver(track: MediaStreamTrack, still: boolean): void {
    const clone = track.clone();
    try {
      this.#post({ type: 'source', method: 'track', track: clone, still }, [clone as unknown as Transferable]);
    } catch (error) {
      // The browser has the processor but can't transfer tracks, like some versions of some browsers.
      if (!(error instanceof DOMException)) throw error;
      clone.stop();
      this.#grab(track, still, 'bitmap');
    }
  }

  #grab(track: MediaStreamTrack, still: boolean, method: 'bitmap' | 'jpeg'): void {
    this.#grabber = new FrameGrabber(track, method === 'jpeg');
    this.#post({ type: 'source', method, still });
  }

  #onMessage(message: FromWorker): void {
    if (this.#closed) return;
    switch (message.type) {
      case 'abilities':
        this.#abilities = message.abilities;
        if (this.#source) this.#attach();
        break;
      case 'state':
        this.#onState(message.state);
        break;
      case 'control':
        this.#options.onControl?.(message.control);
        break;
      case 'stats':
        this.#stats = message.stats;
        this.#watchOver(message.stats.capture.fps);
        this.#options.onStats?.(message.stats);
        break;
      case 'problem':
        this.#options.onProblem?.(message.message);
        break;
      case 'want':
        void this.#give(message);
        break;
    }
  }

  async #give({ id, quality, width }: Extract<FromWorker, { type: 'want' }>): Promise<void> {
    let picture: Awaited<ReturnType<FrameGrabber['grab']>>;
    try {
      picture = await this.#grabber?.grab({ quality, width });
    } catch (error) {
      this.#options.onProblem?.(error instanceof Error ? error.message : String(error));
    }
    const transfer = picture ? ['bitmap' in picture ? picture.bitmap : picture.jpeg] : [];
    this.#post({ type: 'picture', id, picture }, transfer);
  }

  #onState(state: PublishState): void {
    this.#options.onState?.(state);
  }

  #post(message: ToWorker, transfer: Transferable[] = []): void {
    if (!this.#closed) this.#worker.postMessage(message, transfer);
  }
}
