import { z } from 'zod';

/** A question that a vision-language model is asked about each event of a rule. */
export const Verify = z.strictObject({
  question: z.string().trim().min(1).max(300).describe('A question with a yes or no answer: “Is this really smoke?”'),
  timeout_s: z.number().min(1).max(120).default(10),
  on_timeout: z.enum(['pass', 'lower']).default('pass').describe('If there is no answer; lower: as after a no'),
  hold: z.boolean().default(false).describe('Store and report the event only after the answer, or after `timeout_s`'),
});
export type Verify = z.infer<typeof Verify>;

/** Outcome of the question. `rejected` lowers the severity of the event to `info`; nothing is ever deleted. */
export const VerificationState = z.enum(['pending', 'confirmed', 'rejected', 'unsure', 'timed_out', 'failed']);
export type VerificationState = z.infer<typeof VerificationState>;

export const SecondLookAnswer = z.enum(['yes', 'no', 'unsure']);
export type SecondLookAnswer = z.infer<typeof SecondLookAnswer>;

/** Maximum length of `evidence`. */
export const MAX_EVIDENCE_LENGTH = 120;

export const Verification = z.object({
  state: VerificationState,
  question: z.string(),
  model: z.string().optional().describe('Name of the model that answered'),
  evidence: z
    .string()
    .max(MAX_EVIDENCE_LENGTH)
    .optional()
    .describe('What the model says it sees. Written by a model about a picture: not to be trusted'),
  ms: z.number().optional().describe('Time to the answer'),
  error: z.string().optional().describe('Why there is no answer'),
  held: z.literal(true).optional().describe('The event was held back until the answer'),
  lowered_from: z.enum(['warning', 'critical']).optional().describe('The severity before it was lowered to `info`'),
  control: SecondLookAnswer.optional().describe(
    'Control question, sometimes asked after a yes: the same about an empty part of the picture. A second yes means that the model can’t be relied on',
  ),
});
export type Verification = z.infer<typeof Verification>;

/**
 * Why the second look does not work. `not_allowed`: the model is outside the home network, and no admin has consented to sending pictures
 * there; `not_found`: its host has no address, or a forbidden one; `always_yes`: it also said yes to empty parts of the picture.
 */
export const SecondLookProblem = z.enum(['not_set_up', 'not_allowed', 'not_found', 'always_yes']);
export type SecondLookProblem = z.infer<typeof SecondLookProblem>;

/** Answers about the newest events of a rule with `verify`. */
export const RuleSecondLook = z.object({
  problem: SecondLookProblem.optional(),
  answers: z.int().describe('Number of answers about its newest events, up to 50'),
  confirmed: z.int(),
  controls: z.int().describe('Number of control questions, about an empty part of the picture'),
  controls_yes: z.int(),
});
export type RuleSecondLook = z.infer<typeof RuleSecondLook>;

/** `GET /api/second-look`: the model that rules can ask, and its host. */
export const SecondLookState = z.object({
  host: z.string().nullable().describe('Host and port that pictures are sent to; null: no model is set up'),
  model: z.string(),
  reach: z
    .enum(['local', 'outside', 'unknown'])
    .describe('local: this machine or the home network; unknown: the host has no address at present'),
  consent: z
    .object({
      by: z.string().nullable().describe('Name of the user or API key; null: on this machine, without signing in'),
      at: z.number().describe('Unix epoch ms'),
    })
    .nullable()
    .describe('Consent to sending pictures to this host; only needed for `outside`'),
  problem: SecondLookProblem.optional(),
});
export type SecondLookState = z.infer<typeof SecondLookState>;

/** Body of `PUT /api/second-look/consent`. */
export const SecondLookConsent = z.strictObject({
  host: z.string().min(1).max(300).describe('The `host` of `GET /api/second-look` that is consented to'),
});
export type SecondLookConsent = z.infer<typeof SecondLookConsent>;
