import type { Rule, Trigger } from '@lookout/protocol';
import { type FiredEvent, RuleEngine, type RuleFrame } from '@lookout/rules';
import { maximiseTotal } from '@lookout/vision';
import type { MotSequence } from '../mot/mot-files.js';
import { boxIou } from '../mot/sequence.js';
import { CAMERA } from './feed.js';
import type { Places } from './places.js';
import { boxesByTime, crossingsOf, type TrueEvent, visitsTo } from './truth.js';

/** A reported event is the true one if it is this close in time, … */
const MAX_APART_MS = 1000;
/** … and its box overlaps the person's box in that frame by this IoU. */
const MIN_IOU = 0.3;
const STAY_S = 5;
/** Events this close to the end of a recording are not expected, ms: rules may need longer to report them. */
const ENDING_MS = 400;

type BoxLookup = ReturnType<typeof boxesByTime>;

export interface Comparison {
  readonly kind: TrueEvent['kind'];
  readonly expected: number;
  readonly reported: number;
  readonly right: number;
  /** True events that were not reported, and reported events that are not true. */
  readonly missed: readonly string[];
  readonly invented: readonly string[];
}

/** Compares the events that the engine reports for these frames with those of the annotation. */
export function compare(frames: readonly RuleFrame[], sequence: MotSequence, places: Places): Comparison[] {
  const kinds: TrueEvent['kind'][] = places.hasStays ? ['enter', 'cross', 'stay'] : ['enter', 'cross'];
  const truth = truthOf(sequence, places);
  const reported = play(frames, sequence, places);
  const boxAt = boxesByTime(sequence);
  return kinds.map((kind) => {
    const expected = truth.filter((event) => event.kind === kind);
    return match(
      kind,
      expected,
      reported.filter(({ behavior }) => behavior === kind),
      boxAt,
    );
  });
}

export function truthOf(sequence: MotSequence, { zones, lines }: Places): TrueEvent[] {
  const { length, frameRate } = sequence.info;
  const endMs = ((length - 1) * 1000) / frameRate;
  return [
    ...zones.flatMap((zone) => visitsTo(zone, sequence, STAY_S)),
    ...lines.flatMap((line) => crossingsOf(line, sequence)),
  ].filter(({ atMs }) => atMs <= endMs - ENDING_MS);
}

function play(frames: readonly RuleFrame[], { info }: MotSequence, { zones, lines }: Places): FiredEvent[] {
  const { width, height } = info;
  const share = ([x, y]: readonly [number, number]): [number, number] => [x / width, y / height];
  const engine = new RuleEngine({ timezone: 'UTC' });
  engine.setCamera(CAMERA, {
    zones: zones.map(({ name, corners }) => ({ name, points: corners.map(share) })),
    lines: lines.map(({ name, from, to }) => ({ name, from: share(from), to: share(to) })),
  });
  const subject = { classes: ['person'] };
  const triggers: Trigger[] = [
    ...zones.map(({ name }): Trigger => ({ behavior: 'enter', subject, zone: name })),
    ...zones.map(({ name }): Trigger => ({ behavior: 'stay', subject, zone: name, seconds: STAY_S })),
    ...lines.map(({ name }): Trigger => ({ behavior: 'cross', subject, line: name, direction: 'any' })),
  ];
  const rule = (trigger: Trigger): Rule => ({ cameras: 'all', severity: 'info', cooldown_s: 0, trigger });
  engine.setRules(triggers.map((trigger, index) => ({ id: `${index}`, rule: rule(trigger) })));
  return frames.flatMap((frame) =>
    engine.frame(frame).flatMap(({ kind, event }) => (kind === 'created' ? [event] : [])),
  );
}

/** Pairs true and reported events, each at most once, maximising the number of pairs and then their closeness. */
function match(
  kind: TrueEvent['kind'],
  expected: readonly TrueEvent[],
  reported: readonly FiredEvent[],
  boxAt: BoxLookup,
): Comparison {
  const likeness = Float64Array.from(expected.flatMap((event) => reported.map((one) => likenessOf(event, one, boxAt))));
  const reportedOfExpected = maximiseTotal(likeness, expected.length, reported.length);
  const isPaired = (row: number, column: number) => column >= 0 && (likeness[row * reported.length + column] ?? 0) > 0;
  const pairs = [...reportedOfExpected].map((column, row) => (isPaired(row, column) ? column : -1));
  const missed = expected.filter((_, row) => pairs[row] === -1);
  const invented = reported.filter((_, column) => !pairs.includes(column));
  return {
    kind,
    expected: expected.length,
    reported: reported.length,
    right: expected.length - missed.length,
    missed: missed.map(({ place, person, atMs }) => `${place}: person ${person} at ${seconds(atMs)}`),
    invented: invented.map(
      ({ zone, line, frameTimestampMs, objects }) =>
        `${zone ?? line}: track ${objects[0]?.id} at ${seconds(frameTimestampMs)}`,
    ),
  };
}

/** 0 if they can't be the same; else above 1, the higher the closer in time. */
function likenessOf(event: TrueEvent, reported: FiredEvent, boxAt: BoxLookup): number {
  const apartMs = Math.abs(reported.frameTimestampMs - event.atMs);
  if ((reported.zone ?? reported.line) !== event.place || apartMs > MAX_APART_MS) return 0;
  const box = reported.objects[0]?.bbox;
  const truth = boxAt(event.person, reported.frameTimestampMs);
  return box && truth && boxIou(box, truth) >= MIN_IOU ? 2 - apartMs / MAX_APART_MS : 0;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
