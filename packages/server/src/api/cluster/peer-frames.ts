import type { Frame } from '@lookout/media';
import type { WebSocket } from 'ws';
import { Pacer } from '../../pipeline/analysis/pacer.js';
import type { Camera } from '../../pipeline/cameras/camera.js';
import { FrameRequest, packFrame } from '../../pipeline/cluster/frame-message.js';
import type { AnalysedFrame } from '../../pipeline/live/analysed-frame.js';
import { type AnalysisConsumer, REMOVED_REASON } from '../../pipeline/live/consumer.js';
import type { PictureSet } from '../../pipeline/live/picture-set.js';
import { FrameSocket } from '../live/frame-socket.js';

interface OutgoingFrame {
  readonly frame: Frame;
  readonly analysed: AnalysedFrame | undefined;
  readonly jpeg: Uint8Array;
}

/** `WS /internal/frames/<camera>`: the newest frames of a camera of this node, for all who watch it on another. Ends with the socket. */
export function servePeerFrames(socket: WebSocket, camera: Camera, now: () => number): void {
  const viewer = new PeerViewer(socket, camera, now);
  socket.once('close', () => viewer.end());
}

/** Another node as a viewer. */
class PeerViewer implements AnalysisConsumer {
  readonly receivesPictures = true;
  readonly wantsOverlay = true;
  readonly #socket: WebSocket;
  readonly #camera: Camera;
  readonly #frames: FrameSocket<OutgoingFrame>;
  #analyses: Subscription | undefined;
  #pictures: Subscription | undefined;
  #lastNumber = -1;
  #lastAnalysed = -1;

  constructor(socket: WebSocket, camera: Camera, now: () => number) {
    this.#socket = socket;
    this.#camera = camera;
    const write = ({ frame, analysed, jpeg }: OutgoingFrame) =>
      socket.send(packFrame(frame, analysed, jpeg, now()), { binary: true, compress: false });
    this.#frames = new FrameSocket(socket, write, { acknowledgedBy: 'message', now });
    socket.on('message', (data) => this.#receive(String(data)));
  }

  get fps(): number {
    return this.#analyses?.fps ?? 0;
  }

  wants(frame: Frame, possible: boolean): 'claim' | 'throttled' {
    return possible && this.#analyses?.pacer.pass(frame.timestampMs) ? 'claim' : 'throttled';
  }

  deliver(analysed: AnalysedFrame): void {
    this.#offer(analysed.pictures, analysed);
  }

  cameraRemoved(): void {
    this.#socket.close(1001, REMOVED_REASON);
  }

  end(): void {
    this.#analyses?.end();
    this.#pictures?.end();
  }

  #receive(text: string): void {
    const request = parse(text);
    if (request === undefined) this.#socket.close(1008, 'not a message between nodes');
    else if (request.type === 'taken') this.#frames.channel.acknowledge();
    else this.#want(request.analyses, request.pictures);
  }

  #want(analyses: number, pictures: number): void {
    const { hub } = this.#camera;
    const isFirst = !this.#analyses && !this.#pictures;
    this.end();
    this.#analyses = analyses > 0 ? subscription(analyses, () => hub.subscribeAnalysis(this)) : undefined;
    this.#pictures = pictures > 0 ? this.#subscribePictures(pictures) : undefined;
    // At once instead of with the next one.
    if (isFirst && hub.latestAnalysed) this.deliver(hub.latestAnalysed);
  }

  #subscribePictures(fps: number): Subscription {
    const pacer = new Pacer(fps);
    const end = this.#camera.hub.subscribePictures({
      ...{ fps, receivesPictures: false, cameraRemoved: () => undefined },
      wantsPicture: (frame) => pacer.pass(frame.timestampMs),
      deliverPicture: (pictures) => this.#offer(pictures, undefined),
    });
    return { fps, pacer, end };
  }

  #offer(pictures: PictureSet, analysed: AnalysedFrame | undefined): void {
    const jpeg = pictures.overlay();
    if (jpeg instanceof Uint8Array) this.#send({ frame: pictures.frame, analysed, jpeg });
    // A frame whose pixels are gone is followed by the next.
    else
      void jpeg.then(
        (made) => this.#send({ frame: pictures.frame, analysed, jpeg: made }),
        () => undefined,
      );
  }

  #send(outgoing: OutgoingFrame): void {
    const { number } = outgoing.frame;
    const last = outgoing.analysed ? this.#lastAnalysed : this.#lastNumber;
    if (number <= last) return;
    if (outgoing.analysed) this.#lastAnalysed = number;
    this.#lastNumber = Math.max(this.#lastNumber, number);
    this.#frames.offer(outgoing);
  }
}

interface Subscription {
  readonly fps: number;
  readonly pacer: Pacer;
  end(): void;
}

function subscription(fps: number, subscribe: () => () => void): Subscription {
  return { fps, pacer: new Pacer(fps), end: subscribe() };
}

function parse(text: string): FrameRequest | undefined {
  try {
    return FrameRequest.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
