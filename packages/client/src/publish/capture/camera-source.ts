import { explainMediaError, type MediaProblem, type MediaSurroundings, problemBefore } from './media-problem.js';

/** The camera or screen to open. */
export type SourceChoice = { kind: 'camera'; deviceId?: string; facing?: 'user' | 'environment' } | { kind: 'screen' };

export interface SourceState {
  /**
   * `off` · `opening`: the browser may be asking · `live` · `muted`: the system withholds pictures (a call, a closed lid) · `lost`: the
   * camera is gone and is searched for · `failed`: it could not be opened
   */
  state: 'off' | 'opening' | 'live' | 'muted' | 'lost' | 'failed';
  problem?: MediaProblem;
}

/** What the open camera supports, with the current values. */
export interface CameraControls {
  /** Undefined if it has no light. */
  torch: boolean | undefined;
  zoom: { min: number; max: number; step: number; value: number } | undefined;
  /** Which way it faces, if it says so. */
  facing: string | undefined;
  deviceId: string | undefined;
  label: string;
}

export interface CameraSourceOptions {
  /** Requested from the camera, which uses the nearest it supports. Default 1280×720 at 30. */
  wanted?: { width: number; height: number; fps: number };
  onState: (state: SourceState) => void;
  /** The track to show and publish; undefined when there is none. */
  onTrack: (track: MediaStreamTrack | undefined, kind: SourceChoice['kind']) => void;
  /** Default: the browser's. */
  devices?: MediaDevices;
  surroundings?: () => { secure: boolean; origin: string };
  permission?: () => Promise<MediaSurroundings['permission']>;
}

/** How often a lost camera is searched for, besides whenever the browser reports a change. */
const LOOK_EVERY_MS = 3000;
const DEFAULT_CAPTURE = { width: 1280, height: 720, fps: 30 };

/** One camera or screen of this device: opens it, explains failures, watches over it, and reopens it after it was lost. For pages. */
export class CameraSource {
  readonly #options: CameraSourceOptions;
  #choice: SourceChoice = { kind: 'camera' };
  #track: MediaStreamTrack | undefined;
  #state: SourceState = { state: 'off' };
  /** Incremented with every start and stop: results of earlier ones are discarded. */
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

  /** Opens a source in place of the previous one. Call it from a tap or click, as browsers require. */
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

  /** Closes it for good. */
  close(): void {
    this.stop();
    this.#devices?.removeEventListener('devicechange', this.#onDeviceChange);
  }

  /** The available cameras; before one was opened, browsers leave their names out. */
  async cameras(): Promise<MediaDeviceInfo[]> {
    const all = (await this.#devices?.enumerateDevices()) ?? [];
    return all.filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId !== '');
  }

  /** What the open camera supports; undefined while none is open. */
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

  /** @throws OverconstrainedError if the camera can't */
  async setTorch(on: boolean): Promise<void> {
    await this.#apply({ torch: on });
  }

  /** @throws OverconstrainedError if the camera can't */
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
    // Phones open one camera at a time: release the old one first.
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
    // A hint for the encoder, and in some browsers for the camera: movement matters more than detail; on a screen the reverse.
    track.contentHint = kind === 'screen' ? 'detail' : 'motion';
    track.onended = () => this.#onEnded(track);
    track.onmute = () => this.#track === track && this.#setState({ state: 'muted' });
    track.onunmute = () => this.#track === track && this.#setState({ state: 'live' });
    this.#options.onTrack(track, kind);
    this.#setState({ state: track.muted ? 'muted' : 'live' });
  }

  /** It ended without our doing: it was unplugged, taken by another app, or sharing was stopped in the browser's own bar. */
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
        advice: 'It was unplugged, or another app took it. Publishing continues by itself when it is back.',
      },
    });
    // Only that camera: nobody expects to be seen from another one.
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
      // Firefox and older Safari don't report camera permissions.
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
