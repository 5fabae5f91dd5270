import type { Trigger } from '@lookout/protocol';
import type { Actor } from '../actor.js';
import { due, type ScenePlan, SETTLED_MS, type Stage } from './stage.js';

const subject = { classes: ['person'] };
const cross: Trigger = { behavior: 'cross', subject, line: 'gate', direction: 'any' };
const crossForward: Trigger = { behavior: 'cross', subject, line: 'gate', direction: 'forward' };
const moveLeft: Trigger = { behavior: 'move', subject, direction: 'left' };
const moveDown: Trigger = { behavior: 'move', subject, direction: 'down' };
const comeToward: Trigger = { behavior: 'move', subject, direction: 'toward' };
const run: Trigger = { behavior: 'speed', subject, level: 'fast' };
const creep: Trigger = { behavior: 'speed', subject, level: 'slow' };
const stop: Trigger = { behavior: 'stop', subject, seconds: 5 };

type Variant = (stage: Stage) => ScenePlan;
const NEVER = { expected: [] };

/** Walks across the line. @returns when it passes. */
function walkAcross(stage: Stage, actor: Actor, toX: number, speed = stage.pace()): number {
  const fromMs = actor.nowMs;
  const { x } = actor;
  actor.goTo(toX, actor.y, speed);
  return fromMs + ((stage.lineX - x) / (toX - x)) * (actor.nowMs - fromMs);
}

/** Walks from one side of the picture to the other. */
function walkThrough(stage: Stage, to: 'left' | 'right', speed = stage.pace()): Actor {
  const y = stage.chance.between(420, 640);
  const actor = stage.person({ x: to === 'left' ? 1180 : 100, y });
  return stage.switchIdOf(actor.goTo(to === 'left' ? 300 : 980, y, speed), SETTLED_MS);
}

function stander(stage: Stage, seconds = 12): Actor {
  const actor = stage.person({ x: stage.chance.between(300, 1000), y: stage.chance.between(420, 640) });
  return stage.switchIdOf(actor.stand(seconds * 1000), SETTLED_MS + 500);
}

/** A camera that shakes while people and things stand still. */
function shakenScene(stage: Stage): void {
  stage.furniture();
  const actor = stander(stage, 12);
  stage.shake(actor.nowMs - 6000, 2500);
}

const shaken =
  (trigger: Trigger): Variant =>
  (stage) => {
    shakenScene(stage);
    return { trigger, ...NEVER };
  };
const standing =
  (trigger: Trigger): Variant =>
  (stage) => {
    const actor = stander(stage);
    actor.hide(SETTLED_MS + 6000, SETTLED_MS + 6800);
    return { trigger, ...NEVER };
  };

const crossing: { hits: Variant[]; misses: Variant[] } = {
  hits: [
    (stage) => {
      const actor = stage.person({ x: stage.lineX + 250, y: stage.chance.between(400, 650) });
      const passMs = walkAcross(stage, actor, stage.lineX - 250);
      stage.switchIdOf(actor.stand(2000), SETTLED_MS);
      return { trigger: cross, expected: [due(passMs)] };
    },
    (stage) => {
      const actor = stage.person({ x: stage.lineX + 250, y: stage.chance.between(400, 650) });
      const passMs = walkAcross(stage, actor, stage.lineX - 200);
      actor.stand(1500);
      const backMs = walkAcross(stage, actor, stage.lineX + 250);
      return { trigger: cross, expected: [due(passMs), due(backMs)] };
    },
    (stage) => {
      // Is hidden, or gets another id, just when it passes.
      const actor = stage.person({ x: stage.lineX + 250, y: stage.chance.between(400, 650) });
      const passMs = walkAcross(stage, actor, stage.lineX - 250);
      if (stage.chance.happens(0.5)) actor.hide(passMs - 300, passMs + 300);
      else actor.switchId(passMs + stage.chance.between(-300, 300));
      actor.stand(2000);
      return { trigger: crossForward, expected: [due(passMs)] };
    },
  ],
  misses: [
    (stage) => {
      // Comes up to the line and turns back.
      const actor = stage.person({ x: stage.lineX + 300, y: 500 });
      const gap = stage.chance.between(0.12, 0.3) * stage.personHeight;
      actor
        .goTo(stage.lineX + gap, 500, stage.pace())
        .stand(1000)
        .goTo(stage.lineX + 300, 500, stage.pace());
      stage.switchIdOf(actor, SETTLED_MS);
      return { trigger: cross, ...NEVER };
    },
    (stage) => {
      // Stands at the line.
      const gap = stage.chance.between(0.06, 0.2) * stage.personHeight;
      const actor = stage.person({ x: stage.lineX + gap, y: 500 }).stand(15_000);
      stage.switchIdOf(actor, SETTLED_MS + 1000);
      return { trigger: cross, ...NEVER };
    },
    (stage) => {
      // Walks along it.
      const x = stage.lineX + stage.chance.between(0.1, 0.3) * stage.personHeight;
      const actor = stage.person({ x, y: 300 }).goTo(x, 690, 0.8);
      stage.switchIdOf(actor, SETTLED_MS);
      return { trigger: cross, ...NEVER };
    },
    (stage) => {
      // Passes beyond its end.
      const actor = stage.person({ x: stage.lineX + 250, y: 215 }).goTo(stage.lineX - 250, 215, stage.pace());
      stage.switchIdOf(actor, SETTLED_MS);
      return { trigger: cross, ...NEVER };
    },
    (stage) => {
      // The other way.
      const actor = stage.person({ x: stage.lineX - 250, y: 500 }).goTo(stage.lineX + 250, 500, stage.pace());
      stage.switchIdOf(actor, SETTLED_MS);
      return { trigger: crossForward, ...NEVER };
    },
    (stage) => {
      stage.furniture();
      const actor = stage.person({ x: stage.lineX + 0.15 * stage.personHeight, y: 500 }).stand(12_000);
      stage.shake(actor.nowMs - 6000, 2500);
      return { trigger: cross, ...NEVER };
    },
  ],
};

const moving: { hits: Variant[]; misses: Variant[] } = {
  hits: [
    (stage) => {
      walkThrough(stage, 'left');
      return { trigger: moveLeft, expected: [due(SETTLED_MS + 1000, 4000)] };
    },
    (stage) => {
      // Stands first.
      const actor = stage.person({ x: 1000, y: 560 }).stand(4000);
      const startMs = actor.nowMs;
      actor.goTo(400, stage.chance.between(480, 640), stage.pace());
      stage.switchIdOf(actor, SETTLED_MS);
      return { trigger: moveLeft, expected: [due(startMs + 800, 4000)] };
    },
    (stage) => {
      const actor = stage.person({ x: 640, y: 300 });
      stage.switchIdOf(actor.goTo(stage.chance.between(560, 720), 690, stage.pace()), SETTLED_MS);
      return { trigger: moveDown, expected: [due(SETTLED_MS + 800, 4000)] };
    },
  ],
  misses: [
    (stage) => {
      walkThrough(stage, 'right');
      return { trigger: moveLeft, ...NEVER };
    },
    standing(moveLeft),
    shaken(moveLeft),
    (stage) => {
      // Sways.
      const actor = stage.person({ x: 640, y: 560 });
      for (let step = 0; step < 6; step++) {
        actor.goTo(640 + (step % 2 === 0 ? -1 : 0) * 0.25 * stage.personHeight, 560, 0.5).stand(800);
      }
      stage.switchIdOf(actor, SETTLED_MS);
      return { trigger: moveLeft, ...NEVER };
    },
    (stage) => {
      // Mostly downwards.
      const actor = stage.person({ x: 800, y: 320 });
      stage.switchIdOf(actor.goTo(640, 690, 0.8), SETTLED_MS);
      return { trigger: moveLeft, ...NEVER };
    },
  ],
};

/** Grows in the picture as one who walks up to the camera. */
function approach(stage: Stage, by: number, ms: number): Actor {
  const actor = stage.person({ x: stage.chance.between(400, 880), y: 380 });
  const height = actor.height * by;
  actor.become({ height, width: height * 0.38, y: 380 + 0.45 * (height - actor.height) }, ms);
  return actor;
}

const approaching: { hits: Variant[]; misses: Variant[] } = {
  hits: [
    (stage) => {
      const actor = approach(stage, stage.chance.between(1.6, 2.2), stage.chance.between(4000, 6000));
      stage.switchIdOf(actor, SETTLED_MS);
      return { trigger: comeToward, expected: [due(SETTLED_MS + 2000, 4500, 2000)] };
    },
  ],
  misses: [
    (stage) => {
      const actor = approach(stage, stage.chance.between(0.45, 0.6), 5000);
      stage.switchIdOf(actor, SETTLED_MS);
      return { trigger: comeToward, ...NEVER };
    },
    (stage) => {
      walkThrough(stage, stage.chance.pick(['left', 'right']));
      return { trigger: comeToward, ...NEVER };
    },
    (stage) => {
      // Stands up.
      const actor = stage.person({ x: 600, y: 600 });
      const sitting = { height: actor.height * 0.65, width: actor.height * 0.45 };
      actor
        .become(sitting, 1)
        .stand(5000)
        .become({ height: actor.height / 0.65, width: actor.height * 0.4 }, 1200);
      actor.stand(5000);
      return { trigger: comeToward, ...NEVER };
    },
    (stage) => {
      // Comes out from behind a wall that hid the lower half.
      const actor = stage.person({ x: 600, y: 500 });
      const { height } = actor;
      actor.become({ height: height / 2, y: 500 - height / 2 }, 1).stand(5000);
      actor.become({ height, y: 500 }, 500).stand(5000);
      return { trigger: comeToward, ...NEVER };
    },
    standing(comeToward),
    shaken(comeToward),
  ],
};

const running: { hits: Variant[]; misses: Variant[] } = {
  hits: [
    (stage) => {
      walkThrough(stage, stage.chance.pick(['left', 'right']), stage.chance.between(2.1, 3.2));
      return { trigger: run, expected: [due(SETTLED_MS + 800, 3000)] };
    },
    (stage) => {
      const actor = stage.person({ x: 150, y: 560 }).goTo(350, 560, 0.8);
      const startMs = actor.nowMs;
      actor.goTo(350 + 5 * stage.personHeight, 560, stage.chance.between(2.1, 3));
      return { trigger: run, expected: [due(startMs + 600, 3000)] };
    },
  ],
  misses: [
    (stage) => {
      walkThrough(stage, stage.chance.pick(['left', 'right']), stage.chance.between(0.6, 1.25));
      return { trigger: run, ...NEVER };
    },
    standing(run),
    shaken(run),
    (stage) => {
      // Is hidden for a moment while walking.
      const actor = walkThrough(stage, 'right', 1.1);
      actor.hide(SETTLED_MS + 2000, SETTLED_MS + 2700);
      return { trigger: run, ...NEVER };
    },
    (stage) => {
      // Half of it becomes visible at once.
      const actor = stage.person({ x: 600, y: 500 });
      const { height } = actor;
      actor
        .become({ height: height / 2, y: 500 - height / 2 }, 1)
        .stand(4000)
        .become({ height, y: 500 }, 100)
        .stand(4000);
      return { trigger: run, ...NEVER };
    },
  ],
};

const creeping: { hits: Variant[]; misses: Variant[] } = {
  hits: [
    (stage) => {
      const actor = stage.person({ x: 500, y: 560 });
      const speed = stage.chance.between(0.16, 0.25);
      stage.switchIdOf(actor.goTo(500 + stage.chance.sign() * 2 * stage.personHeight, 560, speed), SETTLED_MS);
      return { trigger: creep, expected: [due(SETTLED_MS + 3500, 5000, 2000)] };
    },
  ],
  misses: [
    (stage) => {
      walkThrough(stage, stage.chance.pick(['left', 'right']), stage.chance.between(0.6, 1.2));
      return { trigger: creep, ...NEVER };
    },
    standing(creep),
    shaken(creep),
    (stage) => {
      approach(stage, 2, 5000);
      return { trigger: creep, ...NEVER };
    },
  ],
};

const stopping: { hits: Variant[]; misses: Variant[] } = {
  hits: [
    (stage) => {
      const actor = stage.person({ x: 150, y: 560 }).goTo(stage.chance.between(450, 700), 560, stage.pace());
      const stoppedMs = actor.nowMs;
      stage.switchIdOf(actor.stand(9000), SETTLED_MS);
      return { trigger: stop, expected: [due(stoppedMs + 5000, 2000, 1000)] };
    },
    (stage) => {
      // Sways while it stands, and is hidden for a moment.
      const actor = stage.person({ x: 150, y: 560 }).goTo(600, 560, stage.pace());
      const stoppedMs = actor.nowMs;
      for (let step = 0; step < 8; step++) actor.goTo(600 + (step % 2) * 0.1 * stage.personHeight, 560, 0.2).stand(800);
      actor.hide(stoppedMs + 2000, stoppedMs + 2700);
      return { trigger: stop, expected: [due(stoppedMs + 5000, 2000, 1000)] };
    },
  ],
  misses: [
    (stage) => {
      const actor = stage.person({ x: 150, y: 560 }).goTo(600, 560, stage.pace()).stand(3500);
      stage.switchIdOf(actor.goTo(1100, 560, stage.pace()), SETTLED_MS);
      return { trigger: stop, ...NEVER };
    },
    standing(stop),
    shaken(stop),
    (stage) => {
      walkThrough(stage, stage.chance.pick(['left', 'right']));
      return { trigger: stop, ...NEVER };
    },
  ],
};

export const MOTION_SCENES = {
  cross: crossing,
  move: moving,
  'move, toward': approaching,
  'speed, fast': running,
  'speed, slow': creeping,
  stop: stopping,
};
