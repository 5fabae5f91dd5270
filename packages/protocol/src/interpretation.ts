import { z } from 'zod';
import { Looking } from './phrase.js';
import { Rule } from './rule.js';

/** The longest sentence that is read, in UTF-16 units. */
export const MAX_PROMPT_LENGTH = 2000;

const name = z.string().trim().min(1).max(100);
const names = z.array(name).max(1000);

/** A line; `sides` names what lies to its left and right, looking along it. */
export const ContextLine = z.union([name, z.strictObject({ name, sides: z.tuple([name, name]).optional() })]);
export type ContextLine = z.infer<typeof ContextLine>;

/** The names a sentence may use. */
export const RuleContext = z.strictObject({
  zones: names,
  lines: z.array(ContextLine).max(1000),
  cameras: names,
  classes: names.describe('Class names of the model'),
  model: name.optional().describe('Named where the model cannot see something'),
});
export type RuleContext = z.infer<typeof RuleContext>;

/**
 * Body of `POST /api/rules/interpret`: a sentence to read, where what `context` leaves out is taken from the server; or a rule to put into
 * words, answered `ok` with its summary and no spans.
 */
export const InterpretRequest = z.union([
  z.strictObject({ prompt: z.string().min(1).max(MAX_PROMPT_LENGTH), context: RuleContext.partial().optional() }),
  z.strictObject({ rule: Rule }),
]);
export type InterpretRequest = z.infer<typeof InterpretRequest>;

export const SPAN_KEYS = [
  'subject',
  'other',
  'phrase',
  'behavior',
  'zone',
  'line',
  'direction',
  'level',
  'seconds',
  'count',
  'cameras',
  'schedule',
  'severity',
  'cooldown_s',
  'assumption',
  'empty',
] as const;
export const SpanKey = z.enum(SPAN_KEYS);
export type SpanKey = z.infer<typeof SpanKey>;

/** Which words of the prompt became which key of which rule. Spans of an `ok` answer cover every word of the prompt. */
export const Span = z.object({
  start: z.int().min(0).describe('UTF-16 offset of the first unit'),
  end: z.int().min(0).describe('UTF-16 offset after the last unit'),
  rule: z.int().min(0).optional().describe('Index in `rules`; absent where the words belong to all of them or none'),
  key: SpanKey,
});
export type Span = z.infer<typeof Span>;

export const QUESTION_TOPICS = [
  'zone',
  'line',
  'camera',
  'time',
  'duration',
  'count',
  'direction',
  'subject',
  'behavior',
] as const;
export const QuestionTopic = z.enum(QUESTION_TOPICS);
export type QuestionTopic = z.infer<typeof QuestionTopic>;

/** One answer of the user that would complete the rule. */
export const Question = z.object({
  about: QuestionTopic,
  phrase: z.string().describe('The shortest part of the prompt that is unclear'),
  text: z.string().describe('The question in plain words'),
  candidates: z.array(z.string()).describe('Possible answers; may be empty'),
});
export type Question = z.infer<typeof Question>;

/** A condition that no rule can express. */
export const Reason = z.object({
  phrase: z.string().describe('The shortest part of the prompt that says the condition'),
  why: z.string(),
  suggestions: z.array(z.string()).describe('Words that could be used instead; may be empty'),
});
export type Reason = z.infer<typeof Reason>;

/** What is already understood of a rule that needs an answer. */
export const PartialRule = z.object({
  ...Rule.shape,
  trigger: z.record(z.string(), z.unknown()).describe('The known keys of a trigger'),
});
export type PartialRule = z.infer<typeof PartialRule>;

/** What a language model made of a sentence that the reader refuses. It is not in effect until the user has confirmed it as a rule. */
export const Suggestion = z.object({
  rules: z.array(Rule).min(1),
  summary: z.string(),
  spans: z.array(Span).describe('The words that each condition was quoted from'),
});
export type Suggestion = z.infer<typeof Suggestion>;

/** Answer of `POST /api/rules/interpret`. */
export const Interpretation = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('ok'),
    rules: z.array(Rule).min(1),
    summary: z.string(),
    assumptions: z.array(z.string()),
    spans: z.array(Span),
    timezone: z.string().optional().describe('IANA name; present with a schedule'),
    calibration: z
      .object({ needs: z.object({ crops: z.int(), seconds: z.number() }), looking: Looking })
      .optional()
      .describe('Present with a phrase: what it needs before it is armed'),
  }),
  z.object({
    status: z.literal('needs_input'),
    questions: z.array(Question).min(1),
    partial: z.object({ rules: z.array(PartialRule) }),
    spans: z.array(Span),
  }),
  z.object({
    status: z.literal('unsupported'),
    reasons: z.array(Reason).min(1),
    partial: z
      .object({ rules: z.array(PartialRule) })
      .optional()
      .describe('What is understood of the rest, to show it; no rule to save'),
    suggestion: Suggestion.optional().describe('Present only if a language model is configured and found one'),
    spans: z.array(Span),
  }),
]);
export type Interpretation = z.infer<typeof Interpretation>;
