import type { Trigger } from '@lookout/protocol';
import { due, type ScenePlan, SETTLED_MS, type Stage } from './stage.js';

const person = { classes: ['person'] };
const absent: Trigger = { behavior: 'absent', subject: person, zone: 'yard', seconds: 15 };
const near: Trigger = { behavior: 'near', subject: person, other: { classes: ['truck'] } };
const without: Trigger = {
  behavior: 'without',
  subject: { classes: ['suitcase'] },
  other: person,
  seconds: 10,
};
const removed: Trigger = { behavior: 'removed', subject: { classes: ['suitcase'] } };
const fall: Trigger = { behavior: 'fall', subject: person };

type Variant = (stage: Stage) => ScenePlan;
const NEVER = { expected: [] };

const missing: { hits: Variant[]; misses: Variant[] } = {
  hits: [
    (stage) => {
      const actor = stage.person({ ...stage.inside(), atMs: 0 }).stand(8000);
      stage.switchIdOf(actor, 1000);
      stage.aftermathMs = 19_000;
      return { trigger: absent, expected: [due(actor.nowMs + 15_000)] };
    },
    (stage) => {
      // Goes out and stands at the border.
      const gap = 0.3 * stage.personHeight;
      const actor = stage.person({ x: stage.left + 0.5 * stage.personHeight, y: stage.middleY, atMs: 0 }).stand(6000);
      actor.goTo(stage.left - gap, stage.middleY, 0.9);
      const outMs = actor.nowMs - (1000 * gap) / (0.9 * stage.personHeight);
      actor.stand(18_000);
      return { trigger: absent, expected: [due(outMs + 15_000)] };
    },
    (stage) => {
      // Time without a picture does not count.
      const actor = stage.person({ ...stage.inside(), atMs: 0 }).stand(7000);
      stage.gaps.push({ fromMs: 12_000, untilMs: 32_000 });
      stage.aftermathMs = 40_000;
      return { trigger: absent, expected: [due(actor.nowMs + 35_000, 3500)] };
    },
  ],
  misses: [
    (stage) => {
      const actor = stage.person({ ...stage.inside(), atMs: 0 }).stand(6000);
      stage.person({ ...stage.inside(), atMs: actor.nowMs + 12_000 }).stand(5000);
      return { trigger: absent, ...NEVER };
    },
    (stage) => {
      const actor = stage.person({ ...stage.inside(), atMs: 0 }).stand(30_000);
      for (let ms = 5000; ms < 28_000; ms += 4000) actor.hide(ms, ms + 900);
      stage.switchIdOf(actor, 1000);
      return { trigger: absent, ...NEVER };
    },
    (stage) => {
      stage.person({ ...stage.inside(), atMs: 0 }).stand(6000);
      stage.gaps.push({ fromMs: 8000, untilMs: 30_000 });
      stage.person({ ...stage.inside(), atMs: 34_000 }).stand(3000);
      return { trigger: absent, ...NEVER };
    },
  ],
};

function truck(stage: Stage): { left: number; y: number } {
  const height = 1.6 * stage.personHeight;
  const actor = stage.add('truck', { x: 850, y: 560, height, atMs: 0 }).stand(60_000);
  return { left: 850 - (actor.poseAt(0)?.width ?? 0) / 2, y: 560 };
}

const meeting: { hits: Variant[]; misses: Variant[] } = {
  hits: [
    (stage) => {
      const { left, y } = truck(stage);
      const actor = stage.person({ x: 120, y: y + 10 });
      const gap = (stage.chance.between(0.1, 0.6) + 0.19) * stage.personHeight;
      actor.goTo(left - gap, y + 10, stage.pace());
      stage.switchIdOf(actor.stand(4000), SETTLED_MS);
      return { trigger: near, expected: [due(actor.nowMs - 4000, 2500, 1500)] };
    },
  ],
  misses: [
    (stage) => {
      const { left, y } = truck(stage);
      const actor = stage.person({ x: 100, y });
      actor.goTo(left - stage.chance.between(1.55, 2) * stage.personHeight, y, stage.pace());
      stage.switchIdOf(actor.stand(10_000), SETTLED_MS);
      return { trigger: near, ...NEVER };
    },
    (stage) => {
      // Far behind it.
      const { y } = truck(stage);
      const actor = stage.person({ x: 150, y: y - 1.5 * stage.personHeight });
      stage.switchIdOf(actor.goTo(1150, y - 1.5 * stage.personHeight, stage.pace()), SETTLED_MS);
      return { trigger: near, ...NEVER };
    },
    (stage) => {
      const { y } = truck(stage);
      const dog = stage.add('dog', { x: 650, y, height: 0.5 * stage.personHeight }).stand(12_000);
      dog.mistakenFor = 'cat';
      return { trigger: near, ...NEVER };
    },
  ],
};

/** A suitcase on the ground, its owner beside it. */
function bagAndOwner(stage: Stage) {
  const bag = stage.add('suitcase', { x: 640, y: 560, height: 0.4 * stage.personHeight, atMs: 1000 }).stand(45_000);
  const owner = stage.person({ x: 640 + 0.5 * stage.personHeight, y: 565, atMs: 1000 });
  return { bag, owner };
}

const unattended: { hits: Variant[]; misses: Variant[] } = {
  hits: [
    (stage) => {
      const { owner } = bagAndOwner(stage);
      owner.stand(6000).goTo(640 + 1.4 * stage.personHeight, 565, stage.pace());
      const goneMs = owner.nowMs;
      stage.switchIdOf(owner.goTo(1150, 565, stage.pace()).stand(15_000), 1000);
      return { trigger: without, expected: [due(goneMs + 10_000, 2500, 1000)] };
    },
    (stage) => {
      const { bag } = bagAndOwner(stage);
      stage.actors.splice(stage.actors.length - 1);
      stage.switchIdOf(bag, 1000);
      return { trigger: without, expected: [due(11_000)] };
    },
  ],
  misses: [
    (stage) => {
      const { owner } = bagAndOwner(stage);
      owner
        .stand(4000)
        .goTo(1000, 565, 0.9)
        .stand(2500)
        .goTo(640 + 0.5 * stage.personHeight, 565, 0.9);
      const awayMs = owner.nowMs;
      stage.switchIdOf(owner.stand(46_000 - awayMs), awayMs);
      return { trigger: { ...without, seconds: 25 }, ...NEVER };
    },
    (stage) => {
      const { owner } = bagAndOwner(stage);
      owner.stand(45_000);
      for (let ms = 5000; ms < 40_000; ms += 6000) owner.hide(ms, ms + 900);
      stage.switchIdOf(owner, 1000);
      return { trigger: without, ...NEVER };
    },
    (stage) => {
      // Is carried through the picture.
      const bag = stage.add('suitcase', { x: 200, y: 560, height: 0.4 * stage.personHeight });
      const owner = stage.person({ x: 200 + 0.3 * stage.personHeight, y: 565 });
      bag.goTo(1000, 560, 2).stand(8000);
      owner.become({ x: 1000 + 0.3 * stage.personHeight }, bag.nowMs - 8000 - SETTLED_MS).stand(8000);
      return { trigger: without, ...NEVER };
    },
  ],
};

const removal: { hits: Variant[]; misses: Variant[] } = {
  hits: [
    (stage) => {
      // Somebody comes, takes it and goes.
      const bag = stage.add('suitcase', { x: 640, y: 560, height: 0.4 * stage.personHeight, atMs: 0 });
      const thief = stage.person({ x: 150, y: 565, atMs: 9000 }).goTo(640, 565, stage.pace());
      const takenMs = thief.nowMs + 800;
      bag.stand(takenMs);
      thief.stand(1500).goTo(1150, 565, stage.pace());
      stage.switchIdOf(bag, 2000);
      stage.aftermathMs = 6000;
      return { trigger: removed, expected: [due(takenMs + 5000, 6000, 3000)] };
    },
    (stage) => {
      const bag = stage.add('suitcase', { x: 640, y: 560, height: 0.4 * stage.personHeight, atMs: 0 }).stand(18_000);
      stage.aftermathMs = 9000;
      return { trigger: removed, expected: [due(bag.nowMs + 3000, 5000)] };
    },
    (stage) => {
      // Is seen being carried away.
      const bag = stage.add('suitcase', { x: 640, y: 560, height: 0.4 * stage.personHeight, atMs: 0 }).stand(18_000);
      const startMs = bag.nowMs;
      bag.goTo(1200, 560, 2);
      const thief = stage.person({ x: 660, y: 565, atMs: startMs - 1000 }).stand(1000);
      thief.become({ x: 1220 }, bag.nowMs - startMs);
      stage.aftermathMs = 6000;
      return { trigger: removed, expected: [due(startMs + 4000, 5000, 2000)] };
    },
  ],
  misses: [
    (stage) => {
      // Somebody stands in front of it for a while.
      const bag = stage.add('suitcase', { x: 640, y: 560, height: 0.4 * stage.personHeight, atMs: 0 });
      const other = stage.person({ x: 150, y: 570, atMs: 9000 }).goTo(640, 570, stage.pace());
      const cameMs = other.nowMs;
      const goesMs = cameMs + stage.chance.between(5000, 15_000);
      other.become({}, goesMs - cameMs).goTo(1150, 570, stage.pace());
      bag.stand(other.nowMs + 6000).hide(cameMs - 200, goesMs + 300);
      stage.aftermathMs = 0;
      return { trigger: removed, ...NEVER };
    },
    (stage) => {
      // Is not detected for two seconds.
      const bag = stage.add('suitcase', { x: 640, y: 560, height: 0.4 * stage.personHeight, atMs: 0 }).stand(30_000);
      bag.hide(15_000, 17_000).hide(22_000, 24_000);
      stage.switchIdOf(bag, 2000);
      stage.aftermathMs = 0;
      return { trigger: removed, ...NEVER };
    },
    (stage) => {
      // Stood for too short a time.
      stage.add('suitcase', { x: 640, y: 560, height: 0.4 * stage.personHeight }).stand(7500);
      stage.aftermathMs = 8000;
      return { trigger: removed, ...NEVER };
    },
    (stage) => {
      // The light goes out.
      for (const x of [300, 500, 700, 900]) {
        stage.add('suitcase', { x, y: 560, height: 0.4 * stage.personHeight, atMs: 0 }).stand(18_000);
      }
      stage.aftermathMs = 9000;
      return { trigger: removed, ...NEVER };
    },
    (stage) => {
      stage.furniture();
      const bag = stage.add('suitcase', { x: 640, y: 560, height: 0.4 * stage.personHeight, atMs: 0 }).stand(25_000);
      stage.shake(bag.nowMs - 10_000, 2500);
      stage.aftermathMs = 0;
      return { trigger: removed, ...NEVER };
    },
  ],
};

const falling: { hits: Variant[]; misses: Variant[] } = {
  hits: [
    (stage) => {
      const actor = stage.person({ x: 300, y: 560 }).goTo(600, 560, stage.pace());
      const { height } = actor;
      actor.become({ height: 0.32 * height, width: stage.chance.between(0.8, 1) * height, x: 640 }, 700);
      const downMs = actor.nowMs;
      actor.stand(7000);
      if (stage.chance.happens(0.5)) actor.switchId(downMs + stage.chance.between(-500, 1500));
      return { trigger: fall, expected: [due(downMs + 3000, 2500, 1000)] };
    },
    (stage) => {
      // Slides down slowly.
      const actor = stage.person({ x: 600, y: 560 }).stand(4000);
      const { height } = actor;
      actor.become({ height: 0.35 * height, width: 0.85 * height }, 2000);
      const downMs = actor.nowMs;
      actor.stand(7000);
      return { trigger: fall, expected: [due(downMs + 3000, 2500, 1800)] };
    },
  ],
  misses: [
    (stage) => {
      // Bends down to pick something up.
      const actor = stage.person({ x: 600, y: 560 }).stand(4000);
      const { height } = actor;
      actor
        .become({ height: 0.55 * height, width: 0.45 * height }, 600)
        .stand(4000)
        .become({ height, width: 0.38 * height }, 600);
      stage.switchIdOf(actor.stand(3000), SETTLED_MS);
      return { trigger: fall, ...NEVER };
    },
    (stage) => {
      // Is hidden by a counter but for head and shoulders.
      const actor = stage.person({ x: 600, y: 560 }).goTo(750, 560, stage.pace());
      const { height } = actor;
      actor
        .become({ height: 0.3 * height, y: 560 - 0.7 * height }, 600)
        .stand(6000)
        .become({ height, y: 560 }, 600)
        .stand(2000);
      return { trigger: fall, ...NEVER };
    },
    (stage) => {
      // Falls and gets up again.
      const actor = stage.person({ x: 600, y: 560 }).stand(4000);
      const { height } = actor;
      actor.become({ height: 0.35 * height, width: 0.9 * height }, 600).stand(1000);
      actor.become({ height, width: 0.38 * height }, 800).stand(4000);
      return { trigger: fall, ...NEVER };
    },
    (stage) => {
      // Has been lying there.
      const height = 0.35 * stage.personHeight;
      const actor = stage.add('person', { x: 600, y: 560, height, width: 0.9 * stage.personHeight }).stand(12_000);
      stage.switchIdOf(actor, SETTLED_MS + 1000);
      return { trigger: fall, ...NEVER };
    },
    (stage) => {
      // Sits down.
      const actor = stage.person({ x: 600, y: 560 }).stand(4000);
      const { height } = actor;
      actor.become({ height: 0.68 * height, width: 0.48 * height }, 900).stand(8000);
      return { trigger: fall, ...NEVER };
    },
  ],
};

export const COMPANY_SCENES = { absent: missing, near: meeting, without: unattended, removed: removal, fall: falling };
