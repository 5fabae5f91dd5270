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
  stats: CaptureStats | undefined;
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
  #publisher: TrackPublisher | undefined;
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
    this.#publisher?.close();
    this.#publisher = undefined;
    this.#awake.set(false);
    this.#change({ link: undefined, stats: undefined, control: undefined, paused: false, problem: '' });
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
    this.#change({ paused });
  }

  /** Publishes here again after another device took over, or reconnects at once instead of at the next attempt. */
  takeOver(): void {
    this.#publisher?.resume();
    this.#change({ paused: false });
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
    if (track) this.#publisher ??= this.#publish();
    this.#publisher?.setTrack(track, { still: kind === 'screen' });
    this.#change({ stream: track && new MediaStream([track]), controls: this.#source.controls() });
  }

  #publish(): TrackPublisher {
    return lookout.publishTrack(this.#token, {
      onState: (link) => this.#change({ link }),
      onControl: (control) => this.#change({ control }),
      onStats: (stats) => this.#change({ stats }),
      onProblem: (problem) => this.#change({ problem }),
    });
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
