import { WebSocket } from 'ws';
import { decodeJpegLuma } from '../lib/decode-luma.js';
import { sleep } from '../lib/figures.js';
import { readNumber } from '../lib/numbered-clip.js';

export interface AnalysedFrame {
  /** When its analysis was done, by the server's clock, which is ours: Unix epoch ms. */
  readonly analysedMs: number;
  readonly inferMs: number;
  readonly width: number;
  readonly jpeg: Buffer;
}

const FIRST_FRAME_MS = 60_000;

/** A viewer of analysed frames, which tells afterwards the number in each picture. */
export class NumberViewer {
  readonly #frames: AnalysedFrame[] = [];
  readonly #socket: WebSocket;
  #metadata: { processed_at: number; width: number; frameNumber: number; stages_ms: { infer: number } } | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer, binary: boolean) => {
      if (!binary) {
        const message = JSON.parse(String(data));
        if (message.type === 'frame_metadata') this.#metadata = message;
        return;
      }
      if (this.#metadata === undefined) return;
      const { processed_at: analysedMs, width, frameNumber, stages_ms } = this.#metadata;
      this.#frames.push({ analysedMs, inferMs: stages_ms.infer, width, jpeg: data });
      socket.send(JSON.stringify({ type: 'ack', frameNumber }));
    });
  }

  static open(url: string): Promise<NumberViewer> {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    return new Promise((resolve, reject) => {
      const viewer = new NumberViewer(socket);
      socket.once('open', () => resolve(viewer)).once('error', reject);
    });
  }

  /** @throws Error if none comes */
  async firstFrame(): Promise<void> {
    for (const fromMs = Date.now(); this.#frames.length === 0; await sleep(50)) {
      if (Date.now() - fromMs > FIRST_FRAME_MS) throw new Error(`No frame came within ${FIRST_FRAME_MS} ms`);
    }
  }

  /** Frames analysed after a time. */
  since(atMs: number): AnalysedFrame[] {
    return this.#frames.filter(({ analysedMs }) => analysedMs >= atMs);
  }

  /** The number in each picture; −1 where it can't be read. */
  async numbersOf(frames: readonly AnalysedFrame[], clipWidth: number): Promise<number[]> {
    const pictures = await decodeJpegLuma(frames.map(({ jpeg }) => jpeg));
    return pictures.map((picture) => (picture ? readNumber(picture, clipWidth) : -1));
  }

  close(): void {
    this.#socket.terminate();
  }
}
