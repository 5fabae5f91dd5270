import { Dictionary, FFmpegError, FormatContext, InputFormat, Packet } from 'node-av/lib';

/** Makes FFmpeg's RTSP demuxer as fast as possible. */
const LOW_DELAY_OPTIONS = {
  rtsp_transport: 'tcp',
  timeout: '5000000',
  fflags: 'nobuffer',
  probesize: '32768',
  analyzeduration: '0',
  max_delay: '0',
};

/** FFmpeg's RTSP demuxer, for comparison. */
export class FfmpegDemuxer {
  readonly #context: FormatContext;
  readonly #packet = new Packet();

  private constructor(context: FormatContext) {
    this.#context = context;
    this.#packet.alloc();
  }

  static async open(url: string): Promise<FfmpegDemuxer> {
    const context = new FormatContext();
    context.allocContext();
    const options = Dictionary.fromObject(LOW_DELAY_OPTIONS);
    const format = InputFormat.findInputFormat('rtsp');
    FFmpegError.throwIfError(await context.openInput(url, format, options), 'open the stream');
    FFmpegError.throwIfError(await context.findStreamInfo(null), "read the stream's properties");
    return new FfmpegDemuxer(context);
  }

  /** The next access unit, a copy. */
  async read(): Promise<Uint8Array> {
    FFmpegError.throwIfError(await this.#context.readFrame(this.#packet), 'read a packet');
    const data = Uint8Array.from(this.#packet.data ?? []);
    this.#packet.unref();
    return data;
  }

  async close(): Promise<void> {
    this.#packet.free();
    await this.#context.closeInput();
  }
}
