import type { Trigger } from '@lookout/protocol';
import type { Actor } from '../actor.js';
import { due, type ScenePlan, SETTLED_MS, type Stage } from './stage.js';

const subject = { classes: ['person'] };
const appear: Trigger = { behavior: 'appear', subject, zone: 'yard' };
const crowd: Trigger = { behavior: 'appear', subject, zone: 'yard', count: { op: '>=', value: 3 } };
const enter: Trigger = { behavior: 'enter', subject, zone: 'yard' };
const leave: Trigger = { behavior: 'leave', subject, zone: 'yard' };
/** Short, so that scenes are short. */
const stay: Trigger = { behavior: 'stay', subject, zone: 'yard', seconds: 10 };

type Variant = (stage: Stage) => ScenePlan;

/** When an actor that walks straight from its last place to a point passes the outline of the zone. */
function walkIn(stage: Stage, actor: Actor, to = stage.inside()): number {
  const fromMs = actor.nowMs;
  const { x, y } = actor;
  actor.goTo(to.x, to.y, stage.pace());
  const border = x < stage.left ? stage.left : stage.right;
  return fromMs + ((border - x) / (actor.x - x)) * (actor.nowMs - fromMs) + 0 * y;
}

function walkOut(stage: Stage, actor: Actor, heights = 2): number {
  const fromMs = actor.nowMs;
  const { x } = actor;
  const to = stage.beside(heights);
  actor.goTo(to.x, to.y, stage.pace());
  const border = to.x < x ? stage.left : stage.right;
  return fromMs + ((border - x) / (actor.x - x)) * (actor.nowMs - fromMs);
}

/** Walks by, close to the zone's lower or upper edge. */
function passBy(stage: Stage): Actor {
  const gap = stage.chance.between(0.12, 0.3) * stage.personHeight;
  const y = stage.chance.happens(0.5) ? stage.top - gap : stage.bottom + gap;
  const rightwards = stage.chance.happens(0.5);
  const actor = stage.person({ x: rightwards ? 150 : 1130, y });
  actor.goTo(rightwards ? 1130 : 150, y, stage.pace());
  return stage.switchIdOf(actor, SETTLED_MS);
}

/** Comes up to the zone and stands just outside. */
function standAtBorder(stage: Stage, seconds: number): Actor {
  const start = stage.beside(2.5);
  const gap = stage.chance.between(0.06, 0.2) * stage.personHeight;
  const actor = stage.person(start);
  actor.goTo(start.x < stage.left ? stage.left - gap : stage.right + gap, start.y, stage.pace());
  actor.stand(seconds * 1000);
  return stage.switchIdOf(actor, SETTLED_MS);
}

function dogTakenForPerson(stage: Stage): Actor {
  const dog = stage.add('dog', { ...stage.beside(2), height: 0.5 * stage.personHeight });
  dog.mistakenFor = 'person';
  const { x, y } = stage.inside();
  dog.goTo(x, y, 1.5).stand(12_000);
  return dog;
}

const NEVER = { expected: [] };

const comesIn = (trigger: Trigger): Variant[] => [
  (stage) => {
    const actor = stage.person(stage.beside(2));
    const inMs = walkIn(stage, actor);
    stage.switchIdOf(actor.stand(6000), SETTLED_MS);
    return { trigger, expected: [due(inMs)] };
  },
  (stage) => {
    // Comes out of a door inside the zone.
    const actor = stage.person(stage.inside());
    stage.switchIdOf(actor.stand(6000), SETTLED_MS + 1500);
    return { trigger, expected: [due(SETTLED_MS)] };
  },
  (stage) => {
    // Is hidden for a moment soon after coming in, then stands at the inner side of the border.
    const start = stage.beside(2);
    const actor = stage.person(start);
    const depth = stage.chance.between(0.35, 0.6) * stage.personHeight;
    const inner = { x: start.x < stage.left ? stage.left + depth : stage.right - depth, y: start.y };
    const inMs = walkIn(stage, actor, inner);
    const hiddenMs = actor.nowMs + 1500;
    actor.stand(8000).hide(hiddenMs, hiddenMs + 700);
    return { trigger, expected: [due(inMs)] };
  },
  (stage) => {
    // Leaves and comes back.
    const actor = stage.person(stage.beside(1.5));
    const firstMs = walkIn(stage, actor);
    walkOut(stage, actor.stand(2000), 1.5);
    const secondMs = walkIn(stage, actor.stand(2500));
    actor.stand(2000);
    return { trigger, expected: [due(firstMs), due(secondMs)] };
  },
  (stage) => {
    // Two who come in one after the other.
    const first = stage.person({ ...stage.beside(2), y: stage.middleY - 40 });
    const firstMs = walkIn(stage, first, { x: stage.middleX - 80, y: stage.middleY - 40 });
    first.stand(6000);
    const second = stage.person({ ...stage.beside(3), y: stage.middleY + 40, atMs: SETTLED_MS + 2000 });
    const secondMs = walkIn(stage, second, { x: stage.middleX + 80, y: stage.middleY + 40 });
    stage.switchIdOf(second.stand(5000), SETTLED_MS);
    return { trigger, expected: [due(firstMs), due(secondMs)] };
  },
];

const comesNotIn = (trigger: Trigger): Variant[] => [
  (stage) => {
    passBy(stage);
    return { trigger, ...NEVER };
  },
  (stage) => {
    standAtBorder(stage, 15);
    return { trigger, ...NEVER };
  },
  (stage) => {
    dogTakenForPerson(stage);
    return { trigger, ...NEVER };
  },
  (stage) => {
    // The camera shakes while somebody stands outside.
    stage.furniture();
    const actor = standAtBorder(stage, 10);
    stage.shake(actor.nowMs - 6000, 2500);
    return { trigger, ...NEVER };
  },
];

/** Has been there since before the camera opened, or is known to stand there. */
const alreadyThere = (trigger: Trigger): Variant[] => [
  (stage) => {
    const actor = stage.person({ ...stage.inside(), atMs: 0 }).stand(15_000);
    stage.switchIdOf(actor, 2000);
    actor.hide(9000, 9800);
    return { trigger, ...NEVER };
  },
  (stage) => {
    const actor = stage.person({ ...stage.inside(), atMs: SETTLED_MS + 1000 }).stand(12_000);
    actor.isResident = true;
    return { trigger, ...NEVER };
  },
];

const appearing: { hits: Variant[]; misses: Variant[] } = { hits: comesIn(appear), misses: comesNotIn(appear) };

const crowding: { hits: Variant[]; misses: Variant[] } = {
  hits: [
    (stage) => {
      const times = [0, 1, 2].map((index) => {
        const y = stage.middleY + 60 * (index - 1);
        const actor = stage.person({ ...stage.beside(1.5 + index), y });
        const inMs = walkIn(stage, actor, { x: stage.left + (0.25 + 0.25 * index) * (stage.right - stage.left), y });
        actor.become({}, Math.max(1000, 22_000 - actor.nowMs));
        if (index === 0) stage.switchIdOf(actor, SETTLED_MS);
        return inMs;
      });
      return { trigger: crowd, expected: [due(Math.max(...times))] };
    },
  ],
  misses: [
    (stage) => {
      // Two inside, one at the border outside.
      for (const share of [0.3, 0.7]) {
        const actor = stage.person({ x: stage.left + share * (stage.right - stage.left), y: stage.middleY });
        stage.switchIdOf(actor.stand(14_000), SETTLED_MS + 1000);
      }
      standAtBorder(stage, 8);
      return { trigger: crowd, ...NEVER };
    },
    (stage) => {
      // The third comes when the first has left.
      for (const index of [0, 1, 2]) {
        const atMs = SETTLED_MS + (index === 2 ? 12_000 : 0);
        const actor = stage.person({
          x: stage.left + (0.2 + 0.3 * index) * (stage.right - stage.left),
          y: stage.middleY,
          atMs,
        });
        actor.stand(index === 0 ? 8000 : 12_000);
      }
      return { trigger: crowd, ...NEVER };
    },
  ],
};

const entering = { hits: comesIn(enter), misses: [...comesNotIn(enter), ...alreadyThere(enter)] };

const leaving: { hits: Variant[]; misses: Variant[] } = {
  hits: [
    (stage) => {
      const actor = stage.person(stage.inside()).stand(4000);
      const outMs = walkOut(stage, actor);
      stage.switchIdOf(actor.stand(2000), SETTLED_MS + 1000);
      return { trigger: leave, expected: [due(outMs, 4000)] };
    },
    (stage) => {
      // Goes through a door inside the zone.
      const actor = stage.person(stage.inside()).stand(5000);
      stage.switchIdOf(actor, SETTLED_MS + 1000);
      return { trigger: leave, expected: [due(actor.nowMs, 5000)] };
    },
    (stage) => {
      const actor = stage.person({ ...stage.inside(), atMs: 0 }).stand(9000);
      const outMs = walkOut(stage, actor);
      return { trigger: leave, expected: [due(outMs, 4000)] };
    },
  ],
  misses: [
    (stage) => {
      const actor = stage.person({ ...stage.inside(), atMs: SETTLED_MS }).stand(15_000);
      stage.aftermathMs = 0;
      actor.hide(SETTLED_MS + 6000, SETTLED_MS + 6750);
      stage.switchIdOf(actor, SETTLED_MS + 1000);
      return { trigger: leave, ...NEVER };
    },
    (stage) => {
      // Is outside for half a second.
      const actor = stage.person({ x: stage.left + 0.4 * stage.personHeight, y: stage.middleY }).stand(4000);
      actor.goTo(stage.left - 0.2 * stage.personHeight, stage.middleY, 1.6);
      actor.goTo(stage.left + 0.5 * stage.personHeight, stage.middleY, 1.6).stand(5000);
      stage.aftermathMs = 0;
      return { trigger: leave, ...NEVER };
    },
    (stage) => {
      // Stands just inside.
      const depth = stage.chance.between(0.08, 0.25) * stage.personHeight;
      const actor = stage.person({ x: stage.right - depth, y: stage.middleY }).stand(15_000);
      stage.switchIdOf(actor, SETTLED_MS + 1000);
      stage.aftermathMs = 0;
      return { trigger: leave, ...NEVER };
    },
    (stage) => {
      stage.furniture();
      const actor = stage.person({ ...stage.inside(), x: stage.left + 0.15 * stage.personHeight }).stand(12_000);
      stage.shake(actor.nowMs - 6000, 2500);
      stage.aftermathMs = 0;
      return { trigger: leave, ...NEVER };
    },
    (stage) => {
      passBy(stage);
      return { trigger: leave, ...NEVER };
    },
  ],
};

const staying: { hits: Variant[]; misses: Variant[] } = {
  hits: [
    (stage) => {
      const actor = stage.person(stage.beside(2));
      const inMs = walkIn(stage, actor);
      actor.become({}, inMs + 14_000 - actor.nowMs);
      stage.switchIdOf(actor, inMs + 500);
      return { trigger: stay, expected: [due(inMs + 10_000)] };
    },
    (stage) => {
      // Strolls about inside, hidden for a moment.
      const actor = stage.person(stage.inside());
      while (actor.nowMs < SETTLED_MS + 13_000) {
        const { x, y } = stage.inside();
        actor.goTo(x, y, stage.pace()).stand(1000);
      }
      actor.hide(SETTLED_MS + 5000, SETTLED_MS + 5650);
      return { trigger: stay, expected: [due(SETTLED_MS + 10_000)] };
    },
    (stage) => {
      // Steps out for half a second.
      const actor = stage.person({ x: stage.left + 0.3 * stage.personHeight, y: stage.middleY }).stand(5000);
      actor.goTo(stage.left - 0.15 * stage.personHeight, stage.middleY, 1.6);
      actor.goTo(stage.left + 0.5 * stage.personHeight, stage.middleY, 1.6).stand(8000);
      return { trigger: stay, expected: [due(SETTLED_MS + 10_000)] };
    },
    (stage) => {
      // Was there when the camera opened.
      const actor = stage.person({ ...stage.inside(), atMs: 0 }).stand(14_000);
      stage.switchIdOf(actor, 1000);
      return { trigger: stay, expected: [due(10_000)] };
    },
  ],
  misses: [
    (stage) => {
      const actor = stage.person(stage.beside(2));
      const inMs = walkIn(stage, actor);
      actor.become({}, Math.max(100, inMs + 7000 - actor.nowMs));
      walkOut(stage, actor);
      stage.switchIdOf(actor, SETTLED_MS);
      return { trigger: stay, ...NEVER };
    },
    (stage) => {
      // Seven seconds, three outside, and seven more.
      const actor = stage.person({ x: stage.left + 0.5 * stage.personHeight, y: stage.middleY }).stand(6000);
      actor.goTo(stage.left - 0.6 * stage.personHeight, stage.middleY, 1).stand(2500);
      actor.goTo(stage.left + 0.5 * stage.personHeight, stage.middleY, 1).stand(6500);
      actor.goTo(stage.left - 1 * stage.personHeight, stage.middleY, 1);
      return { trigger: stay, ...NEVER };
    },
    (stage) => {
      // Another person comes when the first has left.
      const first = stage.person({ x: stage.left + 0.3 * (stage.right - stage.left), y: stage.middleY }).stand(7500);
      const x = stage.left + 0.7 * (stage.right - stage.left);
      stage.person({ x, y: stage.middleY, atMs: first.nowMs + 1000 }).stand(7500);
      return { trigger: stay, ...NEVER };
    },
    (stage) => {
      standAtBorder(stage, 15);
      return { trigger: stay, ...NEVER };
    },
    (stage) => {
      dogTakenForPerson(stage);
      return { trigger: stay, ...NEVER };
    },
    (stage) => {
      passBy(stage);
      return { trigger: stay, ...NEVER };
    },
  ],
};

export const VISIT_SCENES = {
  appear: appearing,
  'appear, count': crowding,
  enter: entering,
  leave: leaving,
  stay: staying,
};
