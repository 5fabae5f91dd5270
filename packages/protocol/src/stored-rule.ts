import { z } from 'zod';
import { CameraId } from './camera.js';
import { Interpretation, MAX_PROMPT_LENGTH } from './interpretation.js';
import { Looking, PhraseState } from './phrase.js';
import { Rule } from './rule.js';
import { RuleSecondLook } from './second-look.js';
import { Problem } from './system.js';

/** Whether somebody is at home. A rule that does not list the present mode is silent. */
export const Mode = z.enum(['home', 'away']);
export type Mode = z.infer<typeof Mode>;

/** `GET/PUT /api/mode`. */
export const ModeState = z.strictObject({ mode: Mode });
export type ModeState = z.infer<typeof ModeState>;

export const RuleId = z.string().min(1).max(64);
const prompt = z.string().trim().min(1).max(MAX_PROMPT_LENGTH);
const modes = z
  .array(Mode)
  .min(1)
  .max(Mode.options.length)
  .refine((given) => new Set(given).size === given.length, 'expected each mode once')
  .describe('The rule is silent in any other mode');
const snoozedUntil = z.number().min(0).nullable().describe('Unix epoch ms; silent until then; null: not snoozed');

/** A rule as it is kept, and how often it fired. */
export const StoredRule = z.object({
  id: RuleId,
  prompt: z.string().nullable().describe('The sentence it was read from; null: it was given as a rule'),
  rule: Rule,
  summary: z.string().describe('The rule in plain words'),
  assumptions: z.array(z.string()).describe('What reading the sentence assumed'),
  enabled: z.boolean(),
  snoozed_until: snoozedUntil,
  modes,
  created_at: z.number(),
  last_event_at: z.number().nullable().describe('Unix epoch ms'),
  events_24h: z.int().describe('Events in the last 24 hours'),
  wrong_24h: z.int().describe('Those of them with a verdict other than `right`'),
  state: PhraseState.optional().describe('Only for a rule with a phrase: on the camera furthest along'),
  looking: Looking.optional().describe('Which lane it uses, and how often it checks'),
  second_look: RuleSecondLook.optional().describe('Only for a rule with `verify`'),
  warning: z.string().optional().describe('Why it does not fire at present, or not on all its cameras'),
});
export type StoredRule = z.infer<typeof StoredRule>;

/** Body of `POST /api/rules`. */
export const NewRule = z.union([
  z.strictObject({ prompt, modes: modes.optional() }),
  z.strictObject({
    rule: Rule,
    prompt: prompt.optional().describe('The sentence behind the rule, kept to be shown'),
    modes: modes.optional(),
  }),
]);
export type NewRule = z.infer<typeof NewRule>;

/** Answer of `POST /api/rules`: one rule for each that the sentence states. */
export const CreatedRules = z.object({ rules: z.array(StoredRule).min(1) });
export type CreatedRules = z.infer<typeof CreatedRules>;

/** Body of `PATCH /api/rules/:id`. Only the given fields change. */
export const RulePatch = z.strictObject({
  enabled: z.boolean().optional(),
  snoozed_until: snoozedUntil.optional(),
  modes: modes.optional(),
  rule: Rule.optional(),
  prompt: prompt.optional().describe('Alone: read again, and must state one rule; beside `rule`: kept to be shown'),
});
export type RulePatch = z.infer<typeof RulePatch>;

/** The 422 answer to a sentence that states no complete rule. */
export const UnreadRule = Problem.extend({ interpretation: Interpretation });
export type UnreadRule = z.infer<typeof UnreadRule>;

const tested = { camera: CameraId, minutes: z.number().min(1).max(1440).default(60) };
/** Body of `POST /api/rules/test`: what the rule would have found on this camera in its last minutes. */
export const RuleTestRequest = z.union([
  z.strictObject({ prompt, ...tested }),
  z.strictObject({ rule: Rule, ...tested }),
]);
export type RuleTestRequest = z.infer<typeof RuleTestRequest>;
