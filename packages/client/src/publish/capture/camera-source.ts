import { explainMediaError, type MediaProblem, type MediaSurroundings, problemBefore } from './media-problem.js';

/** What to look through. */
export type SourceChoice = { kind: 'camera'; deviceId?: string; facing?: 'user' | 'environment' } | { kind: 'screen' };

export interface SourceState {
  /**
   * `off` · `opening`: the browser may be asking · `live` · `muted`: the system holds the pictures back (a call, a closed lid) ·
   * `lost`: the camera went, and is looked for · `failed`: it could not be opened
   */
  state: 'off' | 'opening' | 'live' | 'muted' | 'lost' | 'failed';
  problem?: MediaProblem;
}

/** What the open camera lets itself be told. */
export interface CameraControls {
  /** Undefined where there is no light. */
  torch: boolean | undefined;
  zoom: { min: number; max: number; step: number; value: number } | undefined;
  /** Which way it looks, where it tells. */
  facing: string | undefined;
  deviceId: string | undefined;
  label: string;
}

export interface CameraSourceOptions {
  /** Asked of the camera; it gives what comes nearest. Default 1280×720 at 30. */
  wanted?: { width: number; height: number; fps: number };
  onState: (state: SourceState) => void;
  /** The track to show and publish; undefined when there is none. */
  onTrack: (track: MediaStreamTrack | undefined, kind: SourceChoice['kind']) => void;
  /** Default: the browser's. */
  devices?: MediaDevices;
  surroundings?: () => { secure: boolean; origin: string };
  permission?: () => Promise<MediaSurroundings['permission']>;
}

/** A camera that went is looked for so often, besides whenever the browser tells of a change. */
const LOOK_EVERY_MS = 3000;
const DEFAULT_CAPTURE = { width: 1280, height: 720, fps: 30 };

/** One camera or screen of this device: opens it, says why not, watches over it, and gets it back when it was lost. For pages. */
export class CameraSource {
  readonly #options: CameraSourceOptions;
  #choice: SourceChoice = { kind: 'camera' };
  #track: MediaStreamTrack | undefined;
  #state: SourceState = { state: 'off' };
  /** Raised with every start and stop: what an older one still brings is let go. */
  #turn = 0;
  #asking = false;
  #look: ReturnType<typeof setInterval> | undefined;
  readonly #onDeviceChange = () => this.#lookAgain();

  constructor(options: CameraSourceOptions) {
    this.#options = options;
    this.#devices?.addEventListener('devicechange', this.#onDeviceChange);
  }

  get state(): SourceState {
    return this.#state;
  }

  get track(): MediaStreamTrack | undefined {
    return this.#track;
  }

  /** Opens a source in place of the one before it. To be called from a tap or click: browsers ask for one. */
  async start(choice: SourceChoice): Promise<void> {
    this.#choice = choice;
    clearInterval(this.#look);
    this.#setState({ state: 'opening' });
    await this.#open();
  }

  stop(): void {
    this.#turn++;
    clearInterval(this.#look);
    this.#release();
    this.#setState({ state: 'off' });
  }

  /** Ends it for good. */
  close(): void {
    this.stop();
    this.#devices?.removeEventListener('devicechange', this.#onDeviceChange);
  }

  /** The cameras there are; before one was ever opened, browsers leave their names out. */
  async cameras(): Promise<MediaDeviceInfo[]> {
    const all = (await this.#devices?.enumerateDevices()) ?? [];
    return all.filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId !== '');
  }

  /** What the open camera lets itself be told; undefined while none is open. */
  controls(): CameraControls | undefined {
    const track = this.#track;
    if (!track) return undefined;
    // Firefox has no capabilities to ask for.
    const can = (track.getCapabilities?.() ?? {}) as ImageCapabilities;
    const is = track.getSettings() as ImageSettings;
    const { min, max, step = 0.1 } = can.zoom ?? {};
    return {
      torch: can.torch ? is.torch === true : undefined,
      zoom: min !== undefined && max !== undefined && max > min ? { min, max, step, value: is.zoom ?? min } : undefined,
      facing: is.facingMode,
      deviceId: is.deviceId,
      label: track.label,
    };
  }

  /** @throws OverconstrainedError where the camera cannot */
  async setTorch(on: boolean): Promise<void> {
    await this.#apply({ torch: on });
  }

  /** @throws OverconstrainedError where the camera cannot */
  async setZoom(zoom: number): Promise<void> {
    await this.#apply({ zoom });
  }

  get #devices(): MediaDevices | undefined {
    // Pages without HTTPS have none at all.
    return this.#options.devices ?? globalThis.navigator?.mediaDevices;
  }

  async #open(): Promise<void> {
    const turn = ++this.#turn;
    const { kind } = this.#choice;
    const surroundings = this.#surroundings();
    const before = problemBefore(surroundings);
    // Phones open one camera at a time: the old one first.
    this.#release();
    if (before) {
      this.#setState({ state: 'failed', problem: before });
      return;
    }
    let stream: MediaStream;
    this.#asking = true;
    try {
      stream = await this.#request();
    } catch (error) {
      const permission = kind === 'camera' ? await this.#permission() : undefined;
      if (turn !== this.#turn) return;
      const problem = explainMediaError(error, { ...surroundings, permission });
      if (this.#state.state !== 'lost') this.#setState({ state: 'failed', problem });
      return;
    } finally {
      this.#asking = false;
    }
    const [track, ...others] = stream.getVideoTracks();
    for (const other of others) other.stop();
    if (turn !== this.#turn || !track) {
      track?.stop();
      return;
    }
    this.#take(track);
  }

  #request(): Promise<MediaStream> {
    const { width, height, fps } = this.#options.wanted ?? DEFAULT_CAPTURE;
    const choice = this.#choice;
    const frameRate = { ideal: fps };
    if (choice.kind === 'screen') return this.#devices!.getDisplayMedia({ video: { frameRate }, audio: false });
    const which =
      choice.deviceId !== undefined
        ? { deviceId: { exact: choice.deviceId } }
        : choice.facing !== undefined
          ? { facingMode: { ideal: choice.facing } }
          : {};
    const video = { width: { ideal: width }, height: { ideal: height }, frameRate, ...which };
    return this.#devices!.getUserMedia({ video, audio: false });
  }

  #take(track: MediaStreamTrack): void {
    const { kind } = this.#choice;
    clearInterval(this.#look);
    this.#track = track;
    // An encoder's hint, and some browsers' camera tuning: movement matters more than detail, on a screen the reverse.
    track.contentHint = kind === 'screen' ? 'detail' : 'motion';
    track.onended = () => this.#onEnded(track);
    track.onmute = () => this.#track === track && this.#setState({ state: 'muted' });
    track.onunmute = () => this.#track === track && this.#setState({ state: 'live' });
    this.#options.onTrack(track, kind);
    this.#setState({ state: track.muted ? 'muted' : 'live' });
  }

  /** It ended without our doing: unplugged, taken away, or the sharing was ended in the browser's own bar. */
  #onEnded(track: MediaStreamTrack): void {
    if (track !== this.#track) return;
    this.#release();
    if (this.#choice.kind === 'screen') {
      const problem = {
        code: 'sharing_ended',
        title: 'Sharing has ended',
        advice: 'Start again to share a screen.',
      } as const;
      this.#setState({ state: 'failed', problem });
      return;
    }
    this.#setState({
      state: 'lost',
      problem: {
        code: 'lost',
        title: 'The camera was disconnected',
        advice: 'It was unplugged, or another app took it. Publishing goes on by itself when it is back.',
      },
    });
    // That one, and no other: nobody expects to be seen from somewhere else.
    const { deviceId } = track.getSettings();
    if (deviceId) this.#choice = { kind: 'camera', deviceId };
    this.#look = setInterval(() => this.#lookAgain(), LOOK_EVERY_MS);
  }

  #lookAgain(): void {
    if (this.#state.state === 'lost' && !this.#asking) void this.#open();
  }

  #release(): void {
    const track = this.#track;
    if (!track) return;
    this.#track = undefined;
    track.onended = null;
    track.onmute = null;
    track.onunmute = null;
    track.stop();
    this.#options.onTrack(undefined, this.#choice.kind);
  }

  async #apply(settings: { torch?: boolean; zoom?: number }): Promise<void> {
    await this.#track?.applyConstraints({ advanced: [settings as MediaTrackConstraintSet] });
  }

  #surroundings(): MediaSurroundings {
    const { secure, origin } = this.#options.surroundings?.() ?? {
      secure: globalThis.isSecureContext,
      origin: globalThis.location.origin,
    };
    const { kind: source } = this.#choice;
    const method = source === 'screen' ? 'getDisplayMedia' : 'getUserMedia';
    return { secure, origin, source, supported: typeof this.#devices?.[method] === 'function' };
  }

  async #permission(): Promise<MediaSurroundings['permission']> {
    if (this.#options.permission) return this.#options.permission();
    try {
      const { state } = await navigator.permissions.query({ name: 'camera' as PermissionName });
      return state;
    } catch {
      // Firefox and older Safari do not tell of cameras.
      return undefined;
    }
  }

  #setState(state: SourceState): void {
    if (this.#state.state === state.state && this.#state.problem?.code === state.problem?.code) return;
    this.#state = state;
    this.#options.onState(state);
  }
}

/** https://www.w3.org/TR/image-capture/, which the DOM types leave out. */
interface ImageCapabilities {
  torch?: boolean;
  zoom?: { min?: number; max?: number; step?: number };
}

interface ImageSettings extends MediaTrackSettings {
  torch?: boolean;
  zoom?: number;
}
