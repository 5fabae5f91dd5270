import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { RTSP_SERVER_SCRIPT, type RtspServerScriptOptions } from './rtsp-server-script.js';

export interface RtspServerOptions {
  /** Default h264. */
  codec?: 'h264' | 'hevc' | 'mjpeg' | 'vp8';
  /** Even, at least 160. Default 640. */
  width?: number;
  /** Even, at least 120. Default 480. */
  height?: number;
  /** Default 30. */
  fps?: number;
  /** Frames between keyframes. Default: one second's worth. */
  keyframeInterval?: number;
  /** H.264: B-frames between two others. Default 0: none, and no delay by the encoder. */
  bFrames?: number;
  /** Default /camera. */
  path?: string;
  /** Default 0: a free one. */
  port?: number;
  /** Transports the server grants; others get 461. Default all. */
  protocols?: 'all' | 'tcp' | 'udp';
  authentication?: { kind: 'basic' | 'digest'; username: string; password: string };
  /** Absolute path of a video to send, once, instead of pictures with a clock. */
  clip?: string;
  /**
   * `clock` (default): each picture contains the time it was made, and is stamped when the busy machine gets to it. `ball`: timestamps are
   * perfectly even.
   */
  pictures?: 'clock' | 'ball';
  /** H.264: parameter sets with every keyframe (default), or only in the session description. */
  inBandParameterSets?: boolean;
  /** End the stream after this many frames. Default never. */
  frames?: number;
}

export interface RtspServer {
  /** Address without credentials. */
  readonly url: string;
  /** Address with the credentials in it. */
  readonly authorizedUrl: string;
  readonly port: number;
  readonly pid: number;
  /** SIGSTOP: the server freezes as a hung camera does; its connections stay open. */
  pause(): void;
  resume(): void;
  /** SIGKILL, like a camera that loses power. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** Ends it. Idempotent, also after `kill`. */
  stop(): Promise<void>;
}

export const RTSP_SERVER_PACKAGES =
  'gjs gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad ' +
  'gstreamer1.0-plugins-ugly';

type Process = ChildProcessByStdio<Writable, Readable, Readable>;

const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 3000;
const MAX_LOG_CHARACTERS = 4000;

/**
 * Starts a real RTSP server (gst-rtsp-server) on 127.0.0.1 for tests. Its pictures contain the time they were made: see `readClockCode`.
 * @throws Error with the command that installs what is missing.
 */
export async function startRtspServer(options: RtspServerOptions = {}): Promise<RtspServer> {
  const settings = scriptOptions(options);
  const directory = await mkdtemp(join(tmpdir(), 'rtsp-server-'));
  const script: RtspServerScriptOptions = { ...settings, socketPath: join(directory, 'pictures') };
  const file = join(directory, 'server.js');
  await writeFile(file, RTSP_SERVER_SCRIPT);
  const child: Process = spawn('gjs', [file, JSON.stringify(script)], { stdio: ['pipe', 'pipe', 'pipe'] });
  const log = new LogTail(child.stderr);
  try {
    const port = await readPort(child, log);
    return new GstRtspServer(child, directory, port, script);
  } catch (error) {
    child.kill('SIGKILL');
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

class GstRtspServer implements RtspServer {
  readonly url: string;
  readonly authorizedUrl: string;
  readonly port: number;
  readonly pid: number;
  readonly #child: Process;
  readonly #directory: string;

  constructor(child: Process, directory: string, port: number, script: RtspServerScriptOptions) {
    this.#child = child;
    this.#directory = directory;
    this.port = port;
    this.pid = child.pid ?? 0;
    this.url = `rtsp://127.0.0.1:${port}${script.path}`;
    const { username, password } = script.authentication ?? { username: '', password: '' };
    const userInfo = script.authentication ? `${encodeURIComponent(username)}:${encodeURIComponent(password)}@` : '';
    this.authorizedUrl = `rtsp://${userInfo}127.0.0.1:${port}${script.path}`;
  }

  pause(): void {
    this.#child.kill('SIGSTOP');
  }

  resume(): void {
    this.#child.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    if (!hasExited(this.#child)) {
      const exited = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await exited;
    }
    await rm(this.#directory, { recursive: true, force: true });
  }

  async stop(): Promise<void> {
    if (!hasExited(this.#child)) {
      const exited = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      // A paused process receives the signal only once it continues.
      this.#child.kill('SIGCONT');
      const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await exited;
      clearTimeout(timer);
    }
    await rm(this.#directory, { recursive: true, force: true });
  }
}

/** Keeps the last part of the server's error output. */
class LogTail {
  text = '';

  constructor(stream: Readable) {
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      this.text = (this.text + chunk).slice(-MAX_LOG_CHARACTERS);
    });
  }
}

async function readPort(child: Process, log: LogTail): Promise<number> {
  const lines = createInterface({ input: child.stdout });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<number>((resolve, reject) => {
      const fail = (reason: string) => reject(new Error(`${reason}\n${log.text}`.trim()));
      timer = setTimeout(() => fail(`The RTSP server was not ready within ${START_TIMEOUT_MS} ms`), START_TIMEOUT_MS);
      child.once('error', () => fail(`gjs could not be started. Install it: apt-get install ${RTSP_SERVER_PACKAGES}`));
      // After `close`, everything it wrote has been read.
      child.once('close', (code) =>
        fail(`The RTSP server ended with ${code}. If parts are missing: apt-get install ${RTSP_SERVER_PACKAGES}`),
      );
      lines.once('line', (line) => {
        const { port } = JSON.parse(line) as { port: number };
        resolve(port);
      });
    });
  } finally {
    clearTimeout(timer);
    child.removeAllListeners('close');
    lines.close();
    // Later output must not fill the pipe and block the server.
    child.stdout.resume();
  }
}

function scriptOptions(options: RtspServerOptions): Omit<RtspServerScriptOptions, 'socketPath'> {
  const { width = 640, height = 480, fps = 30 } = options;
  if (width < 160 || height < 120 || width % 2 !== 0 || height % 2 !== 0) {
    throw new RangeError(`Expected an even size of at least 160×120, got ${width}×${height}`);
  }
  return {
    codec: options.codec ?? 'h264',
    width,
    height,
    fps,
    keyframeInterval: options.keyframeInterval ?? fps,
    bFrames: options.bFrames ?? 0,
    path: options.path ?? '/camera',
    port: options.port ?? 0,
    protocols: options.protocols ?? 'all',
    authentication: options.authentication ?? null,
    clip: options.clip ?? null,
    pictures: options.pictures ?? 'clock',
    inBandParameterSets: options.inBandParameterSets ?? true,
    frames: options.frames ?? 0,
  };
}

function hasExited(child: Process): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
