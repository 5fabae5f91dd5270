import {
  type AwakeState,
  type CameraControls,
  CameraSource,
  type CaptureStats,
  KeepAwake,
  type PublishControl,
  type PublishState,
  type SourceChoice,
  type SourceState,
  type TrackPublisher,
} from '@lookout/client';
import { lookout } from '../api/client.js';
import { t } from '../strings/index.js';
import { canSendVideo, VideoPublisher, type VideoStats } from './video-publisher.js';
import { WayRule } from './way-rule.js';

/** How pictures are sent: one JPEG after another, or as video by WebRTC. */
export type Way = 'pictures' | 'video';

/** State of the publisher page. A new object each time it changes. */
export interface PublishView {
  source: SourceState;
  choice: SourceChoice;
  /** For the preview; undefined while nothing is open. */
  stream: MediaStream | undefined;
  controls: CameraControls | undefined;
  cameras: readonly { deviceId: string; label: string }[];
  /** Undefined until something was started. */
  link: PublishState | undefined;
  paused: boolean;
  /** Of pictures. */
  stats: CaptureStats | undefined;
  /** Of video, while that is sent. */
  video: VideoStats | undefined;
  /** What the user chose. */
  way: 'auto' | Way;
  /** What is sent now. */
  sends: Way;
  /** The server's last request. */
  control: PublishControl | undefined;
  awake: AwakeState;
  /** A minor problem, shown until something succeeds. */
  problem: string;
}

/** The camera that a phone opens first: the one facing away from its user. */
const FIRST: SourceChoice = { kind: 'camera', facing: 'environment' };

/** The camera, connection and screen lock of one publisher page, as one value to render. */
export class PublishStore {
  readonly #token: string;
  readonly #listeners = new Set<() => void>();
  readonly #source: CameraSource;
  readonly #awake: KeepAwake;
  readonly #rule = new WayRule();
  #publisher: TrackPublisher | undefined;
  /** Sends video, or tries to while pictures are still sent. */
  #video: VideoPublisher | undefined;
  #track: { track: MediaStreamTrack; still: boolean } | undefined;
  #view: PublishView;

  constructor(token: string) {
    this.#token = token;
    this.#source = new CameraSource({
      onState: (source) => this.#onSource(source),
      onTrack: (track, kind) => this.#onTrack(track, kind),
    });
    this.#awake = new KeepAwake((awake) => this.#change({ awake }));
    this.#view = {
      source: this.#source.state,
      choice: FIRST,
      stream: undefined,
      controls: undefined,
      cameras: [],
      link: undefined,
      paused: false,
      stats: undefined,
      video: undefined,
      way: 'auto',
      sends: 'pictures',
      control: undefined,
      awake: this.#awake.state,
      problem: '',
    };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): PublishView => this.#view;

  /** Must be called from a tap, as browsers require. @param choice default: as last time */
  async start(choice: SourceChoice = this.#view.choice): Promise<void> {
    this.#change({ choice, problem: '' });
    this.#awake.set(true);
    await this.#source.start(choice);
  }

  /** Switches the camera off and closes the connection. */
  stop(): void {
    this.#source.stop();
    this.#endPictures();
    this.#endVideo();
    this.#awake.set(false);
    this.#change({
      link: undefined,
      stats: undefined,
      video: undefined,
      sends: 'pictures',
      control: undefined,
      paused: false,
      problem: '',
    });
  }

  /** Switches to the camera on the other side of a phone; if cameras state no side, to the next one. */
  async flip(): Promise<void> {
    const { cameras, controls } = this.#view;
    if (controls?.facing) {
      await this.start({ kind: 'camera', facing: controls.facing === 'user' ? 'environment' : 'user' });
      return;
    }
    const at = cameras.findIndex(({ deviceId }) => deviceId === controls?.deviceId);
    const next = cameras[(at + 1) % cameras.length];
    if (next) await this.start({ kind: 'camera', deviceId: next.deviceId });
  }

  setPaused(paused: boolean): void {
    if (paused) this.#publisher?.pause();
    else this.#publisher?.resume();
    this.#video?.setPaused(paused);
    this.#change({ paused });
  }

  /** Publishes here again after another device took over, or reconnects at once instead of at the next attempt. */
  takeOver(): void {
    if (this.#publisher) this.#publisher.resume();
    else this.#sendPictures();
    this.#change({ paused: false });
  }

  setWay(way: 'auto' | Way): void {
    this.#change({ way, problem: '' });
    if (way === 'video') this.#tryVideo();
    else if (way === 'pictures' && this.#video) {
      this.#endVideo();
      this.#sendPictures();
    }
  }

  async setTorch(on: boolean): Promise<void> {
    await this.#tell(() => this.#source.setTorch(on));
  }

  async setZoom(zoom: number): Promise<void> {
    await this.#tell(() => this.#source.setZoom(zoom));
  }

  close(): void {
    this.stop();
    this.#source.close();
    this.#awake.close();
  }

  #onSource(source: SourceState): void {
    this.#change({ source });
    if (source.state !== 'live') return;
    // Browsers reveal the names of cameras only to pages that may use one.
    void this.#source.cameras().then(
      (found) => this.#change({ cameras: found.map(({ deviceId, label }) => ({ deviceId, label })) }),
      // Without a list there is nothing to choose from; the camera itself still works.
      () => this.#change({ cameras: [] }),
    );
  }

  #onTrack(track: MediaStreamTrack | undefined, kind: SourceChoice['kind']): void {
    this.#track = track && { track, still: kind === 'screen' };
    if (track && this.#view.sends === 'pictures') this.#publisher ??= this.#publish();
    this.#publisher?.setTrack(track, { still: kind === 'screen' });
    this.#video?.setTrack(track);
    if (track && this.#view.way === 'video') this.#tryVideo();
    this.#change({ stream: track && new MediaStream([track]), controls: this.#source.controls() });
  }

  #publish(): TrackPublisher {
    return lookout.publishTrack(this.#token, {
      // Its place is taken by our own video.
      onState: (link) => (link.state === 'replaced' && this.#video ? undefined : this.#change({ link })),
      onControl: (control) => this.#change({ control }),
      onStats: (stats) => {
        this.#change({ stats });
        if (this.#view.way === 'auto' && this.#rule.wantsVideo(stats, performance.now())) this.#tryVideo();
      },
      onProblem: (problem) => this.#change({ problem }),
    });
  }

  #sendPictures(): void {
    if (!this.#track) return;
    this.#publisher ??= this.#publish();
    this.#publisher.setTrack(this.#track.track, { still: this.#track.still });
    if (this.#view.paused) this.#publisher.pause();
  }

  /** Pictures are sent until video has connected, and again from when it ends. */
  #tryVideo(): void {
    if (!this.#track || this.#video || !canSendVideo()) return;
    this.#video = new VideoPublisher(this.#token, this.#track.track, {
      onLive: () => {
        this.#endPictures();
        this.#video?.setPaused(this.#view.paused);
        this.#change({ link: { state: 'live', reason: '' }, sends: 'video', stats: undefined, control: undefined });
      },
      onStats: (video) => this.#change({ video }),
      onEnd: ({ replaced, reason }) => {
        this.#endVideo();
        this.#rule.failed(performance.now());
        if (replaced) {
          this.#change({ link: { state: 'replaced', reason: '' } });
          return;
        }
        if (this.#view.way === 'video') this.#change({ problem: t.publish.noVideo(reason) });
        this.#sendPictures();
      },
    });
  }

  #endPictures(): void {
    this.#publisher?.close();
    this.#publisher = undefined;
  }

  #endVideo(): void {
    this.#video?.close();
    this.#video = undefined;
    this.#change({ video: undefined, sends: 'pictures' });
  }

  async #tell(command: () => Promise<void>): Promise<void> {
    try {
      await command();
      this.#change({ controls: this.#source.controls(), problem: '' });
    } catch {
      this.#change({ controls: this.#source.controls(), problem: t.publish.notNow });
    }
  }

  #change(changes: Partial<PublishView>): void {
    this.#view = { ...this.#view, ...changes };
    for (const listener of this.#listeners) listener();
  }
}
