import { type CameraConfig, LookoutError, type Rule, type RuleTestResult } from '@lookout/protocol';
import { Turns } from '../../platform/storage/index.js';
import type { ObjectHistory } from './object-history.js';
import { testRules } from './test-rules.js';
import type { Thumbnails } from './thumbnails.js';

export interface RuleTesterOptions {
  history: Pick<ObjectHistory, 'frames' | 'oldestMs'>;
  thumbnails: Pick<Thumbnails, 'at'>;
  /** IANA name; it can change. */
  readonly timezone: string;
  /** Converts times of frames to Unix epoch ms, and back. */
  toEpoch(timeMs: number): number;
  fromEpoch(epochMs: number): number;
  /** Unix epoch ms. */
  now(): number;
}

/** A test of an hour takes a second of the main thread, in slices; one runs at a time. */
const MAX_WAITING = 4;

/** Answers what rules would have found lately. */
export class RuleTester {
  readonly #options: RuleTesterOptions;
  readonly #turns = new Turns();
  #waiting = 0;

  constructor(options: RuleTesterOptions) {
    this.#options = options;
  }

  /** @throws LookoutError `too_many_requests`; `validation_failed` for a rule with a phrase, as history was not compared with it */
  async test(
    rules: readonly Rule[],
    camera: Pick<CameraConfig, 'id' | 'zones' | 'lines'>,
    minutes: number,
    signal?: AbortSignal,
  ): Promise<RuleTestResult> {
    const phrase = rules.map(({ trigger }) => trigger.subject.phrase).find((one) => one !== undefined);
    if (phrase !== undefined) {
      throw new LookoutError('validation_failed', `rule: recent frames were not compared with “${phrase}”`, {
        hint: 'Save the rule: its calibration shows what it would have fired for.',
      });
    }
    if (this.#waiting >= MAX_WAITING) {
      throw new LookoutError('too_many_requests', `More than ${MAX_WAITING} tests of rules are waiting`);
    }
    this.#waiting++;
    try {
      return await this.#turns.take(() => this.#run(rules, camera, minutes, signal));
    } finally {
      this.#waiting--;
    }
  }

  async #run(
    rules: readonly Rule[],
    camera: Pick<CameraConfig, 'id' | 'zones' | 'lines'>,
    minutes: number,
    signal: AbortSignal | undefined,
  ): Promise<RuleTestResult> {
    signal?.throwIfAborted();
    const { history, thumbnails, timezone, toEpoch, fromEpoch, now } = this.#options;
    const untilMs = now();
    const oldestMs = history.oldestMs(camera.id);
    const fromMs = Math.max(untilMs - minutes * 60_000, oldestMs === undefined ? untilMs : toEpoch(oldestMs));
    const outcome = await testRules({
      rules,
      camera,
      frames: history.frames(camera.id, fromEpoch(fromMs)),
      timezone,
      toEpoch,
      fromMs,
      untilMs,
      pictureAt: (frameTimestampMs) => {
        const thumbnail = thumbnails.at(camera.id, fromEpoch(frameTimestampMs));
        if (!thumbnail) return { snapshot_url: null, snapshot_timestamp: null };
        const takenAt = Math.round(toEpoch(thumbnail.timestampMs));
        return { snapshot_url: `/api/cameras/${camera.id}/thumbnails/${takenAt}.jpg`, snapshot_timestamp: takenAt };
      },
      ...(signal && { signal }),
    });
    return { ...outcome, from: Math.round(fromMs) };
  }
}
