import { z } from 'zod';
import { Phrase } from './phrase-text.js';
import { Verify } from './second-look.js';

/** Monday first. */
export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export const Day = z.enum(DAYS);
export type Day = z.infer<typeof Day>;

export const Severity = z.enum(['info', 'warning', 'critical']);
export type Severity = z.infer<typeof Severity>;

/** What is filled in where neither the words nor the caller give a value. */
export const RULE_DEFAULTS = {
  cooldownS: 60,
  stayS: 30,
  stopS: 5,
  absentS: 60,
  withoutS: 30,
} as const;

const timeOfDay = z.string().regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, 'HH:MM, 00:00 to 24:00');

/** A window that recurs weekly. One that ends at or before its start runs past midnight and belongs to the day it starts on. */
export const ScheduleWindow = z.strictObject({
  from: timeOfDay,
  to: timeOfDay,
  days: z.array(Day).min(1).max(7).optional().describe('Days on which the window starts; absent: every day'),
});
export type ScheduleWindow = z.infer<typeof ScheduleWindow>;

/** Active while any window is; in the server's time zone. */
export const Schedule = z.union([ScheduleWindow, z.array(ScheduleWindow).min(1).max(32)]);
export type Schedule = z.infer<typeof Schedule>;

const className = z.string().min(1).max(64);

/** Kinds of object. */
export const Kinds = z.strictObject({
  classes: z.array(className).min(1).max(1000).describe('Class names of the model; ["*"] is any class'),
});
export type Kinds = z.infer<typeof Kinds>;

/** What a condition is about. */
export const Subject = Kinds.extend({
  phrase: Phrase.optional().describe(
    'A description beyond the class, such as “wearing a red jacket”: only objects of the classes that match it. With ["*"] it is looked for by itself',
  ),
  polarity: z
    .enum(['present', 'absent'])
    .optional()
    .describe('absent: only objects that don’t match. Default: present'),
}).refine(({ phrase, polarity }) => polarity === undefined || phrase !== undefined, {
  path: ['polarity'],
  message: 'expected a phrase with it',
});
export type Subject = z.infer<typeof Subject>;

export const COUNT_OPS = ['>=', '>', '==', '<', '<='] as const;
/** How many tracks the behaviour must hold for at the same moment. */
export const Count = z.strictObject({ op: z.enum(COUNT_OPS), value: z.int().min(0).max(10_000) });
export type Count = z.infer<typeof Count>;

export const CROSS_DIRECTIONS = ['any', 'forward', 'backward'] as const;
export const MOVE_DIRECTIONS = ['left', 'right', 'up', 'down', 'toward', 'away'] as const;

const regionName = z.string().trim().min(1).max(60);
const subject = Subject;
const zone = regionName.optional().describe('Absent: the whole view');
const count = Count.optional();
const seconds = (defaultS: number) =>
  z
    .number()
    .min(0)
    .max(7 * 86_400)
    .default(defaultS);

/** What makes a rule fire. `count` is allowed only where it has a meaning. */
export const Trigger = z.discriminatedUnion('behavior', [
  z.strictObject({ behavior: z.literal('appear'), subject, zone, count }),
  z.strictObject({ behavior: z.literal('enter'), subject, zone }),
  z.strictObject({ behavior: z.literal('leave'), subject, zone }),
  z.strictObject({ behavior: z.literal('stay'), subject, zone, seconds: seconds(RULE_DEFAULTS.stayS), count }),
  z.strictObject({
    behavior: z.literal('cross'),
    subject,
    line: regionName,
    direction: z.enum(CROSS_DIRECTIONS).default('any').describe('As the line is drawn'),
  }),
  z.strictObject({
    behavior: z.literal('move'),
    subject,
    zone,
    direction: z.enum(MOVE_DIRECTIONS).describe('In the picture'),
    count,
  }),
  z.strictObject({
    behavior: z.literal('speed'),
    subject,
    zone,
    level: z.enum(['fast', 'slow']).describe('Compared with what is normal for its kind'),
    count,
  }),
  z.strictObject({ behavior: z.literal('stop'), subject, zone, seconds: seconds(RULE_DEFAULTS.stopS), count }),
  z.strictObject({ behavior: z.literal('absent'), subject, zone, seconds: seconds(RULE_DEFAULTS.absentS) }),
  z.strictObject({
    behavior: z.literal('near'),
    subject,
    other: Kinds,
    zone,
    seconds: z
      .number()
      .min(0)
      .max(7 * 86_400)
      .optional(),
    count,
  }),
  z.strictObject({
    behavior: z.literal('without'),
    subject,
    other: Kinds,
    zone,
    seconds: seconds(RULE_DEFAULTS.withoutS),
    count,
  }),
  z.strictObject({ behavior: z.literal('removed'), subject, zone }),
  z.strictObject({ behavior: z.literal('fall'), subject, zone }),
]);
export type Trigger = z.infer<typeof Trigger>;
export type Behavior = Trigger['behavior'];

/** A condition under which to warn. */
export const Rule = z.strictObject({
  cameras: z.union([z.literal('all'), z.array(z.string().min(1).max(100)).min(1).max(1000)]).default('all'),
  severity: Severity.default('warning'),
  cooldown_s: z
    .number()
    .min(0)
    .max(7 * 86_400)
    .default(RULE_DEFAULTS.cooldownS)
    .describe('Further triggers on a camera within this time join the event; 0: each is its own'),
  schedule: Schedule.optional().describe('Absent: always'),
  trigger: Trigger,
  verify: Verify.optional().describe('Asks a vision-language model about each event'),
});
export type Rule = z.infer<typeof Rule>;
