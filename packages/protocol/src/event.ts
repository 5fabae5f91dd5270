import { z } from 'zod';
import { CameraId } from './camera.js';
import { Box } from './detection.js';
import { Mask } from './region.js';
import { type Behavior, Severity } from './rule.js';
import { Verification } from './second-look.js';
import { RuleId } from './stored-rule.js';

export const BEHAVIORS = [
  'appear',
  'enter',
  'leave',
  'stay',
  'cross',
  'move',
  'speed',
  'stop',
  'absent',
  'near',
  'without',
  'removed',
  'fall',
] as const satisfies readonly Behavior[];

/** An object that made a rule fire. */
export const EventTrack = z.object({
  track_id: z.int(),
  class_name: z.string(),
  bbox: Box.describe('[x1, y1, x2, y2] in pixels of `image_size`'),
  confidence: z.number().min(0).max(1),
});
export type EventTrack = z.infer<typeof EventTrack>;

export const Verdict = z
  .enum(['right', 'wrong_object', 'wrong_place', 'not_interesting'])
  .describe(
    'wrong_object: from now on that class is ignored there; wrong_place and not_interesting: a proposal follows',
  );
export type Verdict = z.infer<typeof Verdict>;

/** Sorts by time. */
export const EventId = z.string().min(1).max(64);

/** A rule that fired, and why. */
export const RuleEvent = z.object({
  id: EventId.describe('Ids sort by time'),
  rule_id: RuleId,
  camera: CameraId,
  severity: Severity,
  behavior: z.enum(BEHAVIORS),
  summary: z.string().describe('The rule in plain words, as it was'),
  reason: z.string().describe('What happened: “A person stayed in “back door” for 34 s.”'),
  started_at: z.number().describe('When the condition began, Unix epoch ms'),
  ended_at: z.number().nullable().describe('null: it still holds'),
  frame_timestamp: z.number().describe('Of the frame that made the rule fire, Unix epoch ms'),
  measured: z.record(z.string(), z.number()).describe('For example `seconds`: 34.1'),
  tracks: z.array(EventTrack),
  zone: z.string().optional(),
  line: z.string().optional(),
  direction: z.string().optional(),
  image_size: z.tuple([z.int(), z.int()]).describe('Width and height of the frame, pixels'),
  snapshot_url: z.string().nullable().describe('null: no longer kept'),
  clip_url: z.string().nullable().describe('null: none, or no longer kept'),
  node: z.string().optional().describe('With several nodes: the one that has its picture and clip'),
  verdict: Verdict.nullable(),
  seen: z.boolean(),
  kept: z.boolean().describe('Never removed by age or size'),
  late: z
    .boolean()
    .describe(
      'Found in kept frames after the fact, or stored so late that another node has had the camera in the meantime',
    ),
  untested: z
    .literal(true)
    .optional()
    .describe('Its rule has a phrase of which no example was ever seen: it may be wrong, and others may be missed'),
  verification: Verification.optional().describe('The second look, for a rule with `verify`'),
  unconfirmed: z
    .literal(true)
    .optional()
    .describe('The database is away: the event is not stored yet. Once it is, it is told again without this'),
});
export type RuleEvent = z.infer<typeof RuleEvent>;

/** Whether events can be stored, in a stream of events. */
export const StorageState = z.object({
  away: z.boolean().describe('The database of the cluster is away: what happens is told as `unconfirmed`'),
});
export type StorageState = z.infer<typeof StorageState>;

/** Most events of one page. */
export const MAX_EVENTS_PAGE = 200;

const flag = z.stringbool().optional();
/** Query of `GET /api/events`. Newest first; all filters must hold. */
export const EventsQuery = z.strictObject({
  camera: CameraId.optional(),
  rule: RuleId.optional(),
  class: z.string().min(1).max(64).optional().describe('One of its objects is of this class'),
  severity: Severity.optional(),
  verdict: z
    .enum([...Verdict.options, 'wrong', 'none'])
    .optional()
    .describe('wrong: any but `right`; none: without a verdict'),
  seen: flag,
  kept: flag,
  since: z.coerce.number().min(0).optional().describe('`started_at` at or after, Unix epoch ms'),
  until: z.coerce.number().min(0).optional().describe('`started_at` before, Unix epoch ms'),
  cursor: z.string().min(1).max(128).optional().describe('`next_cursor` of the page before'),
  limit: z.coerce.number().int().min(1).max(MAX_EVENTS_PAGE).default(50),
});
export type EventsQuery = z.infer<typeof EventsQuery>;

/** Answer of `GET /api/events`. */
export const EventsPage = z.object({
  events: z.array(RuleEvent),
  next_cursor: z.string().nullable().describe('null: the last page'),
});
export type EventsPage = z.infer<typeof EventsPage>;

/** Body of `PATCH /api/events/:id`. */
export const EventPatch = z.strictObject({ seen: z.boolean().optional(), kept: z.boolean().optional() });
export type EventPatch = z.infer<typeof EventPatch>;

/** Body of `POST /api/events/seen`: marks all events that started until then. */
export const EventsSeen = z.strictObject({ until: z.number().min(0) });
export type EventsSeen = z.infer<typeof EventsSeen>;

/** Events of `GET /api/events/stream`, with the event as data; `deleted` has only its id. */
export const EventChangeKind = z.enum(['created', 'updated', 'ended', 'changed', 'deleted']);
export type EventChangeKind = z.infer<typeof EventChangeKind>;

/** Something a camera ignores since a verdict `wrong_object`: this class, at this place and size, that looks like it did. */
export const Suppression = z.object({
  id: z.string(),
  camera: CameraId,
  event_id: EventId.describe('The event that was wrong; it may be deleted since'),
  class_name: z.string(),
  box: Box.describe('[x1, y1, x2, y2] in fractions 0..1 of the picture'),
  created_at: z.number(),
});
export type Suppression = z.infer<typeof Suppression>;

/** Body of `POST /api/events/:id/verdict`. */
export const VerdictRequest = z.strictObject({ verdict: Verdict });
export type VerdictRequest = z.infer<typeof VerdictRequest>;

/** Answer of `POST /api/events/seen`. */
export const EventsMarked = z.object({ marked: z.int().describe('Events that were not marked before') });
export type EventsMarked = z.infer<typeof EventsMarked>;

/** What follows from a verdict. Only the suppression acts by itself; the rest are proposals. */
export const VerdictOutcome = z.object({
  event: RuleEvent,
  suppression: Suppression.optional().describe('wrong_object: in effect from now on'),
  reason: z.string().optional().describe('wrong_object: why nothing is suppressed'),
  proposed_mask: Mask.optional().describe('wrong_place: to add to the camera’s masks'),
  proposed_cooldown_s: z.number().optional().describe('not_interesting: for the rule'),
});
export type VerdictOutcome = z.infer<typeof VerdictOutcome>;

/** An event that a rule would have made. */
export const TestedEvent = RuleEvent.pick({
  severity: true,
  behavior: true,
  reason: true,
  started_at: true,
  ended_at: true,
  frame_timestamp: true,
  measured: true,
  tracks: true,
  zone: true,
  line: true,
  direction: true,
  image_size: true,
  snapshot_url: true,
}).extend({
  rule: z.int().min(0).describe('Index of the rule in the sentence'),
  snapshot_timestamp: z
    .number()
    .nullable()
    .describe(
      'When the picture was taken, Unix epoch ms; up to 3 s from `frame_timestamp`, where boxes are no longer right',
    ),
});
export type TestedEvent = z.infer<typeof TestedEvent>;

/** Answer of `POST /api/rules/test`. */
export const RuleTestResult = z.object({
  events: z.array(TestedEvent).describe('Oldest first'),
  from: z.number().describe('Unix epoch ms; later than asked where less is remembered'),
  until: z.number(),
  gaps: z.array(z.object({ from: z.number(), until: z.number() })).describe('Times without a picture'),
});
export type RuleTestResult = z.infer<typeof RuleTestResult>;
