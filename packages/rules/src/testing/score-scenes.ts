import { RuleEngine } from '../engine/engine.js';
import { COMPANY_SCENES } from './scenes/companies.js';
import { MOTION_SCENES } from './scenes/motions.js';
import { type ScenePlan, Stage } from './scenes/stage.js';
import { VISIT_SCENES } from './scenes/visits.js';
import { simulateVision, USUAL_NOISE, type VisionNoise } from './simulated-vision.js';

const SCENES: Readonly<Record<string, { hits: readonly Variant[]; misses: readonly Variant[] }>> = {
  ...VISIT_SCENES,
  ...MOTION_SCENES,
  ...COMPANY_SCENES,
};

type Variant = (stage: Stage) => ScenePlan;

/** How well a behaviour is told in simulated scenes. */
export interface SceneScore {
  readonly behavior: string;
  readonly scenes: number;
  readonly events: number;
  readonly precision: number;
  readonly recall: number;
  /** Scenes in which the wrong was told, to look into: `hit 2 seed 17: expected 1, got 0`. */
  readonly faults: readonly string[];
}

/** What is simulated, by name. */
export const SCENE_NAMES: readonly string[] = Object.keys(SCENES);

/**
 * Plays `perKind` scenes in which a behaviour occurs and as many in which it nearly does, each with its own seed, and compares the events
 * with the script.
 */
export function scoreScenes(behavior: string, perKind: number, noise: VisionNoise = USUAL_NOISE): SceneScore {
  const scenes = SCENES[behavior];
  if (!scenes) throw new RangeError(`Expected one of ${SCENE_NAMES.join(', ')}, got ${behavior}`);
  const total = { due: 0, told: 0, right: 0 };
  const faults: string[] = [];
  for (const [kind, variants] of [['hit', scenes.hits] as const, ['miss', scenes.misses] as const]) {
    for (let index = 0; index < perKind; index++) {
      const variant = index % variants.length;
      const result = playScene(variants[variant], 1000 * (kind === 'hit' ? 1 : 2) + index, noise);
      total.due += result.due;
      total.told += result.told;
      total.right += result.right;
      if (result.right < Math.max(result.due, result.told)) {
        faults.push(`${kind} ${variant} seed ${index}: expected ${result.script}, got ${result.times || 'nothing'}`);
      }
    }
  }
  return {
    behavior,
    scenes: 2 * perKind,
    events: total.due,
    precision: total.told > 0 ? total.right / total.told : 1,
    recall: total.due > 0 ? total.right / total.due : 1,
    faults,
  };
}

function playScene(variant: Variant | undefined, seed: number, noise: VisionNoise) {
  if (!variant) throw new RangeError('Expected a scene');
  const stage = new Stage(seed);
  const { trigger, expected } = variant(stage);
  const engine = new RuleEngine({ timezone: 'UTC' });
  engine.setCamera('yard', stage.regions);
  engine.setRules([{ id: 'rule', rule: stage.rule(trigger) }]);
  const times: number[] = [];
  for (const frame of simulateVision(stage.recording, noise, stage.chance)) {
    for (const { kind, event } of engine.frame(frame)) if (kind === 'created') times.push(event.frameTimestampMs);
  }
  const open = [...times];
  let right = 0;
  for (const { fromMs, untilMs } of expected) {
    const index = open.findIndex((ms) => ms >= fromMs && ms <= untilMs);
    if (index < 0) continue;
    open.splice(index, 1);
    right++;
  }
  const script =
    expected.map(({ fromMs, untilMs }) => `${fromMs.toFixed(0)}..${untilMs.toFixed(0)}`).join(' ') || 'nothing';
  return { due: expected.length, told: times.length, right, script, times: times.join(' ') };
}
