import type { Calibration, CalibrationReason, PhraseState, ScoredCrop } from '@lookout/protocol';
import {
  type CalibrationResult,
  NEEDED_CROPS,
  NEEDED_SECONDS,
  ScoreSketch,
  scoresOfExamples,
  type TaskModelInfo,
} from '@lookout/vision';
import type { CameraPhrase, PhraseFacts } from './camera-phrase.js';
import type { WatchedPhrase } from './watched-phrase.js';

export interface CalibrationViewOptions {
  /** Rule id. */
  readonly id: string;
  readonly phrase: WatchedPhrase;
  readonly camera: string;
  readonly cameras: Calibration['cameras'];
  readonly model: Pick<TaskModelInfo, 'name'> | undefined;
  /** Pictures from other cameras are left out. */
  isVisible(camera: string): boolean;
  /** Unix epoch ms. */
  readonly nowMs: number;
}

/** From least to most advanced. */
const ORDER: readonly PhraseState[] = ['refused', 'calibrating', 'untested', 'armed'];

/** The most advanced of these states; undefined if there are none. */
export function furthest(states: readonly PhraseState[]): PhraseState | undefined {
  return [...states].sort((a, b) => ORDER.indexOf(b) - ORDER.indexOf(a))[0];
}

/** Calibration of a phrase on one camera, as clients see it. */
export function viewOf({ id, phrase, camera, cameras, model, isVisible, nowMs }: CalibrationViewOptions): Calibration {
  const { facts, subject } = phrase;
  const own = phrase.cameras.get(camera);
  const result = facts ? resultOf(facts, own, nowMs) : unread(phrase);
  const sketch = own?.learned?.sketch ?? own?.learning?.sketch ?? new ScoreSketch();
  const quantile = (share: number) => rounded(sketch.quantile(share));
  return {
    state: result.state,
    camera,
    phrase: subject.phrase,
    polarity: subject.polarity ?? 'present',
    model: model?.name ?? null,
    threshold: rounded(result.threshold),
    background: { n: sketch.n, q50: quantile(0.5), q99: quantile(0.99), q999: quantile(0.999) },
    needs: result.needs ?? null,
    expected_per_day: rounded(result.expectedPerDay),
    expected_per_1000: rounded(result.expectedPerThousand),
    recall: rounded(result.recall),
    examples: facts ? examplesOf(id, phrase, facts, isVisible) : [],
    reasons: result.reasons.map(
      ({ kind, why }): CalibrationReason => ({
        kind,
        phrase: subject.phrase,
        why,
        ...(result.loudAbove !== undefined && own && { crops: cropsOf(id, camera, own, result.loudAbove) }),
      }),
    ),
    calibrated_at: own?.learned ? Math.round(own.learned.calibratedAtMs) : null,
    cameras,
  };
}

function resultOf(facts: PhraseFacts, own: CameraPhrase | undefined, nowMs: number): CalibrationResult {
  if (own) return own.result(facts, nowMs);
  const { reasons } = facts.words;
  if (reasons.length > 0) return { state: 'refused', reasons };
  return { state: 'calibrating', needs: { crops: NEEDED_CROPS, seconds: NEEDED_SECONDS }, reasons: [] };
}

/** Result while the words are not encoded: refused without a model, otherwise calibrating, as it is retried. */
function unread({ problem }: WatchedPhrase): CalibrationResult {
  const needs = { crops: NEEDED_CROPS, seconds: NEEDED_SECONDS };
  if (problem?.code !== 'no_model_for_this') return { state: 'calibrating', needs, reasons: [] };
  const why = [problem.message, problem.hint].filter((text) => text !== undefined).join('. ');
  return { state: 'refused', reasons: [{ kind: 'no_model', why }] };
}

function examplesOf(
  id: string,
  { examples }: WatchedPhrase,
  { words }: PhraseFacts,
  isVisible: (camera: string) => boolean,
): Calibration['examples'] {
  const negatives = examples.exemplars(undefined);
  return examples.all.map((example) => ({
    id: example.id,
    is_positive: example.is_positive,
    score:
      rounded(scoresOfExamples(words.vectors, words.logit, { ...negatives, negatives: [] }, [example.vector])[0]) ?? 0,
    picture_url:
      example.camera === null || isVisible(example.camera) ? `/api/rules/${id}/examples/${example.id}/picture` : null,
    created_at: example.created_at,
  }));
}

function cropsOf(id: string, camera: string, { loud }: CameraPhrase, above: number): ScoredCrop[] {
  return loud
    .list()
    .filter(({ score }) => score > above)
    .map(({ score, timestamp, jpeg }) => ({
      picture_url: jpeg
        ? `/api/rules/${id}/calibration/${encodeURIComponent(camera)}/crops/${Math.round(timestamp)}.jpg`
        : null,
      score: rounded(score) ?? 0,
      timestamp: Math.round(timestamp),
    }));
}

/** To three significant digits. */
function rounded(value: number | undefined): number | null {
  return value === undefined ? null : Number(value.toPrecision(3));
}
