import { WebSocket } from 'ws';
import { monotonicMs, sleep } from './figures.js';
import { readStamp } from './frame-stamp.js';

export interface ViewedFrame {
  atMs: number;
  /** From the camera's send to the viewer's receipt of the whole message, ms. */
  ageMs: number;
  inferMs: number;
  sequence: number;
}

/** A camera that is live within this time is in order, even while the model is loaded, ms. */
const FIRST_FRAME_MS = 30_000;

/** A plain viewer of the overlay socket that reads the camera's own stamp from each picture. */
export class LiveViewer {
  readonly frames: ViewedFrame[] = [];
  unreadable = 0;
  #inferMs = 0;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer, binary: boolean) => {
      if (!binary) {
        const message = JSON.parse(String(data));
        if (message.type === 'frame_metadata') this.#inferMs = message.stages_ms.infer;
        return;
      }
      const atMs = monotonicMs();
      const stamp = readStamp(data);
      if (!stamp) this.unreadable++;
      else this.frames.push({ atMs, ageMs: atMs - stamp.sentMs, inferMs: this.#inferMs, sequence: stamp.sequence });
    });
  }

  static open(url: string, headers: Record<string, string> = {}): Promise<LiveViewer> {
    const socket = new WebSocket(url, { perMessageDeflate: false, headers });
    const viewer = new LiveViewer(socket);
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(viewer));
      socket.once('error', reject);
    });
  }

  /** Resolves once there is a frame: the camera is live, and the model loaded. @throws Error if none comes */
  async firstFrame(): Promise<void> {
    for (const fromMs = monotonicMs(); this.frames.length === 0; await sleep(50)) {
      if (monotonicMs() - fromMs > FIRST_FRAME_MS) throw new Error(`No frame came within ${FIRST_FRAME_MS} ms`);
    }
  }

  /** Frames that arrived after `atMs`. */
  since(atMs: number): ViewedFrame[] {
    return this.frames.filter((frame) => frame.atMs >= atMs);
  }

  close(): void {
    this.socket.terminate();
  }
}
