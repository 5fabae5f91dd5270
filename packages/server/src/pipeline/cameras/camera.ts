import type { StreamInfo } from '@lookout/media';
import {
  type CameraConfig,
  type CameraDetailStats,
  type CameraState,
  type Camera as CameraView,
  LookoutError,
} from '@lookout/protocol';
import { AnalysisLane } from '../live/analysis-lane.js';
import { LiveHub } from '../live/live-hub.js';
import type { PictureMakerOptions } from '../live/picture-set.js';
import type {
  AutoSettings,
  CameraEvents,
  CameraOptions,
  CameraOrigin,
  CameraSource,
  CameraSourceEvents,
  OwnersView,
  PlayedConnection,
} from './camera-options.js';
import { CameraStatsRecorder } from './camera-stats.js';
import { CameraStatus, logState, type StatusChange } from './camera-status.js';
import { CameraVideo } from './camera-video.js';
import { playingOf, reportOf, type ViewedCamera, viewOf } from './camera-view.js';
import { unknownClassesOf } from './check-classes.js';
import { addressOf, configChange } from './config-change.js';
import { InvalidLog } from './invalid-log.js';
import { laneSettingsOf } from './lane-settings.js';
import { MainStream } from './main-stream.js';
import { OwnedElsewhere } from './owned-elsewhere.js';
import { publicReason } from './public-reason.js';

/** Delay after the last viewer before a local device is released. */
const RELEASE_AFTER_MS = 3000;

/**
 * One camera: its source, state, analysis and viewers. If it has a sub stream, that is the source, and the main stream is one more connection
 * for players of its video.
 */
export class Camera {
  readonly hub: LiveHub;
  readonly lane: AnalysisLane;
  readonly stats: CameraStatsRecorder;
  /** What players of its video get. */
  readonly video: CameraVideo;
  /** Figures of the sub stream. */
  readonly #subVideo: CameraVideo;
  #main: MainStream | undefined;
  readonly #options: CameraOptions;
  readonly #events: CameraEvents;
  #config: CameraConfig;
  #auto: AutoSettings;
  #source: CameraSource | undefined;
  #closing: Promise<void> = Promise.resolve();
  #releaseTimer: NodeJS.Timeout | undefined;
  #hasConsumers = false;
  #needed = false;
  readonly #status: CameraStatus;
  #info: StreamInfo | undefined;
  readonly #invalidLog: InvalidLog;
  #nextFrameNumber = 0;
  #closed = false;
  #isElsewhere: boolean;
  readonly #elsewhere: OwnedElsewhere;

  constructor(options: CameraOptions, events: CameraEvents) {
    this.#options = options;
    this.#isElsewhere = options.isElsewhere ?? false;
    this.#events = events;
    this.#config = options.config;
    this.#auto = options.auto;
    this.#status = new CameraStatus(options.now, (change) => this.#stateChanged(change));
    this.#invalidLog = new InvalidLog({ ...options, id: this.id, frame: 'a frame' });
    this.stats = new CameraStatsRecorder(options.sink);
    this.video = new CameraVideo(options.now, () => this.#consumersChanged());
    this.#subVideo = new CameraVideo(options.now, () => undefined);
    this.#elsewhere = new OwnedElsewhere(options, this.video);
    const { onEncode } = options;
    const alarmed = () => (this.#isElsewhere ? this.#elsewhere.alarmed : options.alarmed());
    const pictures: PictureMakerOptions = { runSoon: (job) => options.pool.runSoon(job), onEncode, alarmed };
    this.lane = new AnalysisLane(laneSettingsOf(this.#config, this.#auto, this.#onDemand), {
      model: () => options.model(),
      createTracker: () => options.createTracker(),
      pictures,
      now: options.now,
      kick: () => options.dispatcher.kick(),
      events: {
        onDrop: (reason) => this.stats.count(reason, options.now()),
        onObserved: (observed) => this.#events.onObserved(observed),
        onAnalysed: (analysed) => {
          this.stats.count('analyzed', analysed.processedMs);
          this.stats.analysed(analysed.stages, analysed.processedMs - analysed.frame.timestampMs);
          this.#status.good('decoded', 'analysed');
          this.#source?.decoded?.();
          if (analysed.lives.length > 0) this.#events.onLives(analysed.lives);
          options.onAnalysed?.(analysed);
        },
        onInvalid: (error) => {
          this.#invalidLog.add(error);
          const undecodable = error.code === 'frame_invalid' || error.code === 'frame_too_large';
          this.#status.failed(undecodable ? 'decoded' : 'analysed', error);
          if (undecodable) this.#source?.undecodable?.(error);
        },
      },
    });
    this.hub = new LiveHub({
      lane: this.lane,
      pictures,
      now: options.now,
      onConsumers: (isNeeded) => {
        this.#hasConsumers = isNeeded;
        this.#consumersChanged();
      },
    });
    options.dispatcher.add(this.lane);
    this.#updateDemand();
    this.#reopen();
    this.#openMain();
  }

  get id(): string {
    return this.#config.id;
  }

  get config(): CameraConfig {
    return this.#config;
  }

  get hasFixedRegions(): boolean {
    return this.#options.hasFixedRegions;
  }

  get origin(): CameraOrigin {
    return this.#options.origin;
  }

  get state(): CameraState {
    return this.#status.state;
  }

  get stateReason(): string {
    return this.#status.reason;
  }

  get publicReason(): string {
    return publicReason({ kind: this.#config.kind, state: this.state, state_reason: this.stateReason });
  }

  /** The connection that players' video comes by: the main stream's, or the camera's only one. */
  get playing(): PlayedConnection {
    return playingOf(this.#viewed);
  }

  /** Why the camera is not live, as an error for requests for its frames. */
  get lastError(): LookoutError | undefined {
    return this.#status.error;
  }

  /**
   * Applies a new configuration at once. A connection is reopened only if its URL, certificate pin, `enabled` or `loop` changed.
   */
  configure(config: CameraConfig): void {
    const before = this.#config;
    this.#config = config;
    this.#configureLane();
    this.#updateDemand();
    const { scene, source, main } = configChange(before, config);
    if (scene) this.lane.changeScene();
    if (main) this.#closeMain();
    if (source) this.#reopen();
    if (main) this.#openMain();
    this.#events.onChange('changed');
  }

  /** Stops reading it because another node does, or begins to. Resolves when its source is free. */
  setElsewhere(isElsewhere: boolean): Promise<void> {
    if (this.#isElsewhere === isElsewhere || this.#closed) return this.#closing;
    this.#closeMain();
    this.#closeSource();
    this.#isElsewhere = isElsewhere;
    this.#elsewhere.says(undefined);
    this.#needed = this.#isNeeded;
    this.#configureLane();
    this.#reopen();
    this.#openMain();
    return this.#closing;
  }

  /** The node that reads it has told what it sees; undefined: it does not answer. */
  ownerSays(owners: OwnersView | undefined): void {
    if (!this.#isElsewhere || this.#closed) return;
    const isNew = this.#elsewhere.says(owners);
    this.#elsewhere.show(this.#status);
    if (isNew) this.#events.onChange('changed');
  }

  /** Opens it now: a file that was played to its end, a camera that waits for its next attempt. Nothing if it runs or is disabled. */
  retry(): void {
    const runs = this.state === 'live' || this.state === 'connecting';
    if (this.#config.kind === 'pull' && this.#source && !runs) this.#reopen();
  }

  /** Applies new `auto` values from the inference controller. */
  adapt(auto: AutoSettings): void {
    this.#auto = auto;
    this.#configureLane();
  }

  /** Requested classes that the model does not have, which are never detected. */
  get unknownClasses(): string[] {
    return unknownClassesOf(this.#config, this.#options.model());
  }

  view(): CameraView {
    return viewOf(this.#viewed);
  }

  report(): CameraDetailStats {
    return reportOf(this.#viewed, this);
  }

  /** Closes source and viewers; frames in progress are dropped. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#releaseTimer);
    this.#options.dispatcher.remove(this.lane);
    this.hub.close();
    this.video.close();
    this.lane.close();
    this.#closeMain();
    this.#closeSource();
    await this.#closing;
  }

  get #viewed(): ViewedCamera {
    return {
      ...{ config: this.#config, options: this.#options, status: this.#status, info: this.#info, main: this.#main },
      ...{ video: this.video, analysed: this.#analysed, stats: this.stats, owners: this.#elsewhere.owners },
      unknownClasses: this.#config.detect.enabled ? this.unknownClasses : [],
    };
  }

  /** A local device and a stream of another node are opened for the first viewer and released after the last. */
  get #onDemand(): boolean {
    return this.#isElsewhere || (addressOf(this.#config)?.startsWith('/dev/') ?? false);
  }

  /** Video of another node comes by a stream of its own. */
  get #isNeeded(): boolean {
    return this.#hasConsumers || (!this.#isElsewhere && this.#analysed.encoded.takerCount > 0);
  }

  /** The encoded side of the stream that is analysed. */
  get #analysed(): CameraVideo {
    return this.#config.sub_url === undefined ? this.video : this.#subVideo;
  }

  #configureLane(): void {
    this.lane.configure(laneSettingsOf(this.#config, this.#auto, this.#onDemand));
  }

  #consumersChanged(): void {
    this.stats.viewers(this.hub.viewerCount + this.video.viewerCount);
    if (this.#closed) return;
    this.#updateDemand();
    this.#main?.update();
    this.#elsewhere.updateVideo(this.#isElsewhere && this.#config.enabled);
    if (this.#isNeeded === this.#needed) return;
    this.#needed = this.#isNeeded;
    if (!this.#onDemand) return;
    clearTimeout(this.#releaseTimer);
    if (this.#needed && !this.#source) this.#reopen();
    else if (!this.#needed) this.#releaseTimer = setTimeout(() => this.#reopen(), RELEASE_AFTER_MS);
  }

  #updateDemand(): void {
    this.#source?.want?.(this.hub.wantedOfOwner);
    if (this.#analysed.need(this.hub.neededFps)) this.#source?.demand?.(this.#analysed.demand);
  }

  #openMain(): void {
    this.#elsewhere.updateVideo(this.#isElsewhere && this.#config.enabled);
    if (!this.#config.enabled || this.#isElsewhere || this.#config.sub_url === undefined) return;
    const { log, now, openSource } = this.#options;
    this.#main = new MainStream({
      ...{ id: this.id, video: this.video, log, now, after: this.#closing },
      open: (events) => openSource(this.#config, events, 0),
      onChange: (kind) => this.#events.onChange(kind),
    });
  }

  #closeMain(): void {
    const ended = this.#main?.close();
    this.#main = undefined;
    this.#elsewhere.updateVideo(false);
    this.video.clear();
    this.#closing = Promise.all([this.#closing, ended]).then(() => undefined);
  }

  #reopen(): void {
    this.#closeSource();
    const { enabled, kind } = this.#config;
    const isIdle = this.#onDemand && !this.#needed;
    if (!enabled) this.#status.set('off', 'switched off');
    else if (this.#isElsewhere) this.#elsewhere.show(this.#status);
    else if (isIdle) this.#status.set('off', 'opens with the first watcher');
    else if (kind === 'pull') this.#status.set('connecting', 'opening');
    // A published camera waits for its publisher.
    else this.#status.set('off', 'Waiting for a publisher');
    // The device must be released before it is opened again.
    if (enabled && !isIdle) this.#closing = this.#closing.then(() => this.#open());
  }

  #open(): void {
    if (this.#closed || this.#source || !this.#config.enabled) return;
    if (this.#isElsewhere) {
      this.#source = this.#elsewhere.open(this.hub, this.#nextFrameNumber, (number) => {
        this.#nextFrameNumber = Math.max(this.#nextFrameNumber, number + 1);
        this.#updateDemand();
      });
      this.#source?.start();
      return;
    }
    const events: CameraSourceEvents = {
      onFrame: (frame) => {
        if (this.#source !== source) return;
        this.#nextFrameNumber = frame.number + 1;
        this.stats.count('received', frame.receivedMs);
        this.#status.good('received');
        this.hub.put(frame);
        // Viewers adapt their rates while they watch.
        this.#updateDemand();
      },
      onState: (state, reason, error) => {
        if (this.#source !== source) return;
        if (state === 'live') this.stats.connected();
        else this.#analysed.clear();
        this.#status.sourceIs(state, reason, error);
      },
      onInfo: (info) => {
        if (this.#source !== source) return;
        this.#info = info;
        this.#events.onChange('changed');
      },
      onInvalid: (error) => {
        this.stats.count('invalid', this.#options.now());
        this.#invalidLog.add(error);
        if (this.#source !== source) return;
        this.#status.failed('received', error);
      },
      onBytes: (count) => this.stats.bytes(count),
      onPacket: (packet) => {
        if (this.#source === source) this.#analysed.encoded.put(packet);
      },
      onEncoded: (report) => {
        if (this.#source !== source) return;
        const { undecoded, changed } = this.#analysed.reported(report);
        this.stats.undecoded(undecoded, this.#options.now());
        if (changed) this.#events.onChange('changed');
      },
      onThrottled: (receivedMs) => {
        this.stats.count('received', receivedMs);
        this.stats.count('throttled', receivedMs);
      },
    };
    let source: CameraSource;
    try {
      const config = { ...this.#config, url: addressOf(this.#config) };
      source = this.#options.openSource(config, events, this.#nextFrameNumber);
    } catch (error) {
      // An address that was valid before need not be valid now, e.g. if the demo clip was deleted. Retrying can't help.
      if (!(error instanceof LookoutError)) throw error;
      this.#status.set('unsupported', error.message, error);
      return;
    }
    this.#source = source;
    source.demand?.(this.#analysed.demand);
    source.start();
  }

  #closeSource(): void {
    const source = this.#source;
    if (!source) return;
    this.#source = undefined;
    this.#status.sourceIsGone();
    this.hub.clear();
    if (!this.#isElsewhere) this.#analysed.clear();
    this.#closing = this.#closing.then(() => source.close());
  }

  #stateChanged({ state, reason, sinceMs, changed }: StatusChange): void {
    if (state !== 'live' && state !== 'connecting') this.hub.clear();
    this.stats.state(state, reason, sinceMs);
    this.#events.onChange('state');
    // The node that reads it says so.
    if (changed && !this.#isElsewhere) logState(this.#options.log, this.id, state, reason);
  }
}
