import type { Behavior, Trigger } from './rule.js';

/** A key of a trigger beside `behavior` and `subject`. */
export type TriggerKey = 'zone' | 'line' | 'direction' | 'level' | 'seconds' | 'other' | 'count';

/** What a behaviour means and takes, for people. */
export interface BehaviorGuide {
  /** What it means, in one sentence. */
  readonly meaning: string;
  /** Keys that the trigger must have, and keys that it may have. */
  readonly needs: readonly TriggerKey[];
  readonly takes: readonly TriggerKey[];
  /** A sentence that the built-in reader turns into such a rule. */
  readonly example: string;
  /** That rule's trigger. */
  readonly trigger: Trigger;
}

const person = { classes: ['person'] };

/** All behaviours, in the order in which they are listed. The table in the documentation is made from this. */
export const BEHAVIOR_GUIDE: Readonly<Record<Behavior, BehaviorGuide>> = {
  appear: {
    meaning: 'An object is seen, in the area if one is named; with a count, so many at once.',
    needs: [],
    takes: ['zone', 'count'],
    example: 'warn me when a person is in the driveway',
    trigger: { behavior: 'appear', subject: person, zone: 'driveway' },
  },
  enter: {
    meaning: 'An object goes into the area; without one, it comes into view.',
    needs: [],
    takes: ['zone'],
    example: 'warn me when a person enters the garden',
    trigger: { behavior: 'enter', subject: person, zone: 'garden' },
  },
  leave: {
    meaning: 'An object goes out of the area; without one, it goes out of view.',
    needs: [],
    takes: ['zone'],
    example: 'warn me when a dog leaves the garden',
    trigger: { behavior: 'leave', subject: { classes: ['dog'] }, zone: 'garden' },
  },
  stay: {
    meaning: 'An object remains in the area or in view for at least so long.',
    needs: ['seconds'],
    takes: ['zone', 'count'],
    example: 'warn me when a person stays at the back door for more than 30 seconds',
    trigger: { behavior: 'stay', subject: person, zone: 'back door', seconds: 30 },
  },
  cross: {
    meaning: 'An object crosses the line, in one direction or in any.',
    needs: ['line', 'direction'],
    takes: [],
    example: 'warn me when a car crosses the gate',
    trigger: { behavior: 'cross', subject: { classes: ['car'] }, line: 'gate', direction: 'any' },
  },
  move: {
    meaning: 'An object moves one way in the picture: left, right, up, down, toward the camera or away from it.',
    needs: ['direction'],
    takes: ['zone', 'count'],
    example: 'warn me when a person walks toward the camera',
    trigger: { behavior: 'move', subject: person, direction: 'toward' },
  },
  speed: {
    meaning: 'An object is faster or slower than is normal for its kind.',
    needs: ['level'],
    takes: ['zone', 'count'],
    example: 'warn me when a person runs',
    trigger: { behavior: 'speed', subject: person, level: 'fast' },
  },
  stop: {
    meaning: 'An object that was moving stands still for at least so long.',
    needs: ['seconds'],
    takes: ['zone', 'count'],
    example: 'warn me when a car stops in the driveway',
    trigger: { behavior: 'stop', subject: { classes: ['car'] }, zone: 'driveway', seconds: 5 },
  },
  absent: {
    meaning: 'No such object has been seen for at least so long. Time without a picture does not count.',
    needs: ['seconds'],
    takes: ['zone'],
    example: 'warn me when nobody is at the front desk for 5 minutes',
    trigger: { behavior: 'absent', subject: person, zone: 'front desk', seconds: 300 },
  },
  near: {
    meaning: 'An object is within one body height of another.',
    needs: ['other'],
    takes: ['zone', 'seconds', 'count'],
    example: 'warn me when a person is near a truck',
    trigger: { behavior: 'near', subject: person, other: { classes: ['truck'] } },
  },
  without: {
    meaning: 'No other object of a kind has been near it for at least so long.',
    needs: ['other', 'seconds'],
    takes: ['zone', 'count'],
    example: 'warn me when a suitcase is without a person for 60 seconds',
    trigger: { behavior: 'without', subject: { classes: ['suitcase'] }, other: person, seconds: 60 },
  },
  removed: {
    meaning: 'A thing stood still for at least 10 seconds, then is gone while nothing hides its place.',
    needs: [],
    takes: ['zone'],
    example: 'warn me when the tv is removed',
    trigger: { behavior: 'removed', subject: { classes: ['tv'] } },
  },
  fall: {
    meaning: 'A person goes from upright to lying and stays down for 3 seconds.',
    needs: [],
    takes: ['zone'],
    example: 'warn me when a person falls',
    trigger: { behavior: 'fall', subject: person },
  },
};
