import type { Box } from '@lookout/protocol';
import { LookoutError } from '@lookout/protocol/core';
import { iouOf } from '../detector/nms.js';
import { ImageInput, outputTensors } from '../detector/tensors.js';
import { planLetterbox } from '../model-info/letterbox.js';
import type { ModelInfo, Reading } from '../model-info/model-info.js';
import { OUTPUT_FORMATS } from '../output-formats/index.js';
import type { DecodeContext, OutputTensor } from '../output-formats/output-format.js';
import { sigmoid } from '../output-formats/tables.js';
import type { ModelRunner, NamedTensor } from '../runtime/model-runner.js';
import { BoxStatistics, spreadOf, stepOf } from './box-statistics.js';
import { FREE_INPUT_PX, type TrialPhoto } from './trial-photos.js';

/** Which reading is right, and what it needs besides its format. */
export interface Verdict {
  /** One of the readings given. */
  index: number;
  fractionalBoxes: boolean;
  logitScores: boolean;
  reading: Reading;
}

/** What one reading makes of the photos. */
interface Assessment {
  index: number;
  info: ModelInfo;
  count: number;
  fractional: boolean;
  logits: boolean;
  topScore: number;
  /** Set if scores and boxes share one output whose values are all multiples of this: bad quantisation. */
  step: number | undefined;
  /** Reasons why it can't be right. */
  problems: string[];
  /** Names of the classes that the photos show and the model knows. */
  known: string[];
  /** Of these, those it finds in the right place. */
  found: { name: string; score: number }[];
  /** Objects that it gives another name. */
  mistaken: { name: string; as: string }[];
}

/** Lowest IoU at which a box agrees with the one drawn by hand. */
const MIN_IOU = 0.6;
/** Rounding may give slightly more than 1. */
const MAX_SCORE = 1.01;
/** Fewer boxes than this are too few for statistics. */
const MIN_STATISTICS_BOXES = 20;
/** An object found with a lower score hardly counts as found. */
const MIN_FOUND_SCORE = 0.25;
/** A model with fewer of COCO's names may not find what COCO models do: it may know people only from above, say. */
const MIN_KNOWN_NAMES = 2;

const SPOILT_ADVICE =
  'its weights may be damaged, perhaps by quantisation, or it was trained with pictures prepared differently, which a file next to it can describe.';

/**
 * Runs a model on photos and checks the results, without a threshold, to find out how to read them: whether boxes are in plausible
 * places, scores are in 0..1, and the objects in the photos are found. Shapes alone do not tell some formats apart, and a wrong
 * format occasionally gives plausible boxes.
 * @param readings possible readings of the model, most likely first; each with its preparation and `outputs` as the runner names them.
 * @param advice what to do if none of the readings makes sense.
 * @throws LookoutError `model_unsupported` if none of them fits the outputs; whatever a run throws.
 */
export async function judgeReadings(
  readings: readonly ModelInfo[],
  runner: ModelRunner,
  photos: readonly TrialPhoto[],
  advice: string,
): Promise<Verdict> {
  const runs = new Runs(runner, photos);
  const assessments: Assessment[] = [];
  let refusal: unknown;
  for (const [index, info] of readings.entries()) {
    // Values that rule a format out do so whatever the preparation of pictures.
    if (assessments.some((one) => one.info.format === info.format && one.problems.length > 0)) continue;
    try {
      assessments.push(await assess(index, info, runs));
    } catch (error) {
      if (!(error instanceof LookoutError) || error.code !== 'model_unsupported') throw error;
      refusal ??= error;
    }
  }
  const ranked = assessments.toSorted(
    (a, b) =>
      Number(a.problems.length > 0) - Number(b.problems.length > 0) ||
      b.found.length - a.found.length ||
      strength(b) - strength(a) ||
      a.index - b.index,
  );
  const [best] = ranked;
  if (!best) throw refusal;
  const rivals = ranked.slice(1).filter(({ problems }) => problems.length === 0);
  return {
    index: best.index,
    fractionalBoxes: best.fractional,
    logitScores: best.logits,
    reading: readingOf(best, rivals, advice),
  };
}

/** Runs the model on each photo, once per way to prepare it. */
class Runs {
  #batch = 1;
  readonly #results = new Map<string, Promise<{ photo: TrialPhoto; results: NamedTensor[] }[]>>();

  constructor(
    readonly runner: ModelRunner,
    readonly photos: readonly TrialPhoto[],
  ) {}

  async of(info: ModelInfo): Promise<{ photo: TrialPhoto; outputs: OutputTensor[] }[]> {
    const key = JSON.stringify([info.preparation, info.letterbox, info.input]);
    const all = this.#results.get(key) ?? this.#run(info);
    this.#results.set(key, all);
    return (await all).map(({ photo, results }) => ({ photo, outputs: outputTensors(info, results, this.#batch) }));
  }

  async #run(info: ModelInfo) {
    const input = new ImageInput(this.runner.inputs, info.preparation);
    this.#batch = input.batch;
    const all: { photo: TrialPhoto; results: NamedTensor[] }[] = [];
    for (const photo of this.photos) {
      const letterbox = planLetterbox(info, photo.width, photo.height, FREE_INPUT_PX);
      const feeds = input.feeds([photo.rgb(letterbox)], letterbox.width, letterbox.height);
      all.push({ photo, results: await this.runner.run(feeds) });
    }
    return all;
  }
}

async function assess(index: number, info: ModelInfo, runs: Runs): Promise<Assessment> {
  const format = OUTPUT_FORMATS[info.format];
  const classCount = info.classNames.length;
  const sights: { photo: TrialPhoto; context: DecodeContext; best: BoxStatistics['best'] }[] = [];
  const problems: string[] = [];
  const statistics = new BoxStatistics(classCount);
  let step: number | undefined;
  for (const { photo, outputs } of await runs.of(info)) {
    const { width, height } = planLetterbox(info, photo.width, photo.height, FREE_INPUT_PX);
    const context = { width, height, classCount, confidence: -Infinity, classIds: undefined };
    statistics.begin(width, height);
    format.decode(outputs, context, statistics);
    const [output, ...others] = outputs;
    if (output && others.length === 0) step ??= stepOf(output.data);
    const contradiction = format.contradiction?.(outputs, context);
    if (contradiction && !problems.includes(contradiction)) problems.push(contradiction);
    sights.push({ photo, context, best: new Map(statistics.best) });
  }
  const { count, lowestScore, highestScore } = statistics;
  const isStepped = step !== undefined && step > MAX_SCORE - 1 && highestScore <= 2 * step;
  const fractional = info.fractionalBoxes ?? (count > 0 && statistics.small >= 0.99 * statistics.finite);
  const logits = info.logitScores ?? (!format.scoresAreProducts && lowestScore < -0.5 && !isStepped);
  const topScore = count === 0 ? 0 : logits ? sigmoid(highestScore) : highestScore;
  problems.push(...impossible(statistics, { fractional, logits, isStepped }));
  const assessment: Assessment = {
    index,
    info,
    count,
    fractional,
    logits,
    topScore,
    step: isStepped || topScore === 0 ? step : undefined,
    problems,
    known: [],
    found: [],
    mistaken: [],
  };
  for (const sight of sights) compare(assessment, sight);
  return assessment;
}

/** Lists what no detector's boxes look like. */
function impossible(
  statistics: BoxStatistics,
  { fractional, logits, isStepped }: { fractional: boolean; logits: boolean; isStepped: boolean },
): string[] {
  const { count, finite, ordered, classed, lowestScore, highestScore } = statistics;
  const frame = fractional ? statistics.fractions : statistics.pixels;
  if (count === 0) return [];
  const problems: string[] = [];
  if (finite < 0.99 * count) problems.push('some of its boxes are not finite numbers');
  else if (ordered < 0.95 * count) problems.push('some of its boxes end before they begin');
  else if (frame.inside < 0.9 * count) problems.push('some of its boxes lie outside the picture');
  else if (count >= MIN_STATISTICS_BOXES && frame.whole > 0.5 * count)
    problems.push('most of its boxes cover the whole picture');
  else if (count >= MIN_STATISTICS_BOXES && spreadOf(frame, count) < 0.01)
    problems.push('all of its boxes lie in one place');
  if (classed < 0.99 * count) problems.push('its class numbers are not those of its classes');
  if (highestScore > MAX_SCORE && !logits && !isStepped) {
    problems.push(`its scores go up to ${highestScore.toFixed(1)}, beyond 1`);
  } else if (lowestScore < -0.01 && !logits && !isStepped) {
    problems.push(`its scores go down to ${lowestScore.toFixed(1)}, below 0`);
  }
  return problems;
}

/** Looks for the objects that a photo shows. */
function compare(
  { info, fractional, logits, known, found, mistaken }: Assessment,
  { photo, context, best }: { photo: TrialPhoto; context: DecodeContext; best: BoxStatistics['best'] },
): void {
  const { x, y, contentWidth, contentHeight } = planLetterbox(info, photo.width, photo.height, FREE_INPUT_PX);
  const [scaleX, scaleY] = fractional ? [context.width, context.height] : [1, 1];
  for (const { name, box } of photo.shows) {
    const classId = info.classNames.findIndex((one) => one.toLowerCase() === name);
    if (classId < 0) continue;
    known.push(name);
    const drawn: Box = [
      x + box[0] * contentWidth,
      y + box[1] * contentHeight,
      x + box[2] * contentWidth,
      y + box[3] * contentHeight,
    ];
    const agrees = ([x1, y1, x2, y2]: Box) => iouOf([x1 * scaleX, y1 * scaleY, x2 * scaleX, y2 * scaleY], drawn);
    const own = best.get(classId);
    if (own && own.score !== 0 && agrees(own.box) >= MIN_IOU) {
      found.push({ name, score: logits ? sigmoid(own.score) : own.score });
    }
    const [surest] = [...best].toSorted(([, a], [, b]) => b.score - a.score);
    if (surest && surest[0] !== classId && surest[1].score > 0.5 && agrees(surest[1].box) >= MIN_IOU) {
      mistaken.push({ name, as: info.classNames[surest[0]] ?? `class_${surest[0]}` });
    }
  }
}

function strength({ found }: Assessment): number {
  return found.reduce((sum, { score }) => sum + score, 0);
}

function readingOf(best: Assessment, rivals: readonly Assessment[], advice: string): Reading {
  const { info, problems, known, found, mistaken, topScore, count } = best;
  const { title } = OUTPUT_FORMATS[info.format];
  const model = `Model ${info.name}`;
  const other = rivals.find((one) => one.info.format !== info.format && one.found.length === found.length);
  const units = `${best.fractional ? ', with boxes in 0..1' : ''}${best.logits ? ', with scores before the sigmoid' : ''}`;
  const as = `Read as ${title}${units}`;
  const unsure = (why: string, warning?: string): Reading => ({
    certainty: 'unsure',
    why: `${as}: ${why}.`,
    ...(warning !== undefined && { warning: `${model} ${warning}` }),
  });

  if (problems.length > 0) {
    return unsure(
      `but ${problems.join(', and ')}`,
      `is read as ${title}, but ${problems.join(', and ')}. What it finds will be wrong. ${advice}`,
    );
  }
  if (count > 0 && topScore === 0) return silent(best, as, unsure);
  if (best.step !== undefined) {
    const least = (best.step / 2).toFixed(2);
    return {
      certainty: found.length > 0 ? 'sure' : 'likely',
      why: `${as}: ${found.length > 0 ? listFound(found) : 'its values are in steps'}.`,
      warning: `${model} has its scores in steps of ${best.step.toFixed(2)}: anything that should score below ${least} is not found, and everything else counts as certain. Export it again without quantising the output.`,
    };
  }
  const [mistake] = mistaken;
  if (mistake) {
    const { name, as: wrong } = mistake;
    return unsure(
      `it calls a ${name} ${wrong}`,
      `calls a ${name} ${wrong}: its class names seem to be in another order than its outputs. List them in a file beside it.`,
    );
  }
  if (found.some(({ score }) => score >= MIN_FOUND_SCORE))
    return { certainty: 'sure', why: `${as}: ${listFound(found)}.` };
  const [hardly] = found;
  if (hardly) {
    return {
      certainty: 'likely',
      why: `${as}: ${listFound(found)}.`,
      warning: `${model} finds a ${hardly.name} where a photo shows one, but with a very low score (${hardly.score.toFixed(2)}): ${SPOILT_ADVICE}`,
    };
  }
  if (known.length >= MIN_KNOWN_NAMES) {
    return unsure(
      `it finds none of ${known.join(', ')} in photos of them`,
      `knows ${known.join(', ')}, but finds none of them in photos that show them: ${SPOILT_ADVICE}`,
    );
  }
  if (count === 0) return unsure('it proposes no boxes in the trial photos, so nothing could be checked');
  if (other) return unsure(`its values could also be of ${OUTPUT_FORMATS[other.info.format].title}`);
  const otherPreparation = rivals.some((one) => one.info.format === info.format);
  return {
    certainty: 'likely',
    why: `${as}: boxes and scores are in range; the trial photos show nothing that it knows${
      otherPreparation ? ', so pictures are prepared in the way most common for its kind' : ''
    }.`,
  };
}

/** All scores are exactly 0. */
function silent(
  { step, info, known }: Assessment,
  as: string,
  unsure: (why: string, warning?: string) => Reading,
): Reading {
  const advice =
    'Quantised exports that keep boxes and scores in one output do this; export it again without quantising the output.';
  // A score is rounded to the nearest step.
  if (step !== undefined && step > 2) {
    return {
      certainty: 'sure',
      why: `${as}: all scores are 0.`,
      warning: `Model ${info.name} gives a score of exactly 0 to everything: its values are in steps of ${step.toFixed(2)}, so that a score of 1 becomes 0, and it will never find anything. ${advice}`,
    };
  }
  const shown = known.length > 0 ? `, a ${known.join(', a ')} included` : '';
  const expected = known.length > 0 ? 'it will most likely never find anything' : 'it may never find anything';
  return unsure(
    'all scores are 0',
    `gives a score of exactly 0 to everything in the trial photos${shown}: ${expected}. ${advice}`,
  );
}

function listFound(found: Assessment['found']): string {
  const each = found.map(({ name, score }) => `a ${name} (${Math.min(score, 1).toFixed(2)})`);
  return `it finds ${each.join(', ')} where the trial photos show them`;
}
