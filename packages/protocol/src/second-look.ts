import { z } from 'zod';

/** A question that a vision-language model is asked about each event of a rule. */
export const Verify = z.strictObject({
  question: z.string().trim().min(1).max(300).describe('To be answered with yes or no: “Is this really smoke?”'),
  timeout_s: z.number().min(1).max(120).default(10),
  on_timeout: z.enum(['pass', 'lower']).default('pass').describe('Without an answer; lower: as if it were no'),
  hold: z.boolean().default(false).describe('Nothing is told before the answer, or the end of `timeout_s`'),
});
export type Verify = z.infer<typeof Verify>;

/** What became of the question. `rejected` lowers the severity of the event to `info`; nothing is ever deleted. */
export const VerificationState = z.enum(['pending', 'confirmed', 'rejected', 'unsure', 'timed_out', 'failed']);
export type VerificationState = z.infer<typeof VerificationState>;

export const SecondLookAnswer = z.enum(['yes', 'no', 'unsure']);
export type SecondLookAnswer = z.infer<typeof SecondLookAnswer>;

/** Maximum length of what a model says that it sees. */
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
  held: z.literal(true).optional().describe('Nothing was told before the answer'),
  lowered_from: z.enum(['warning', 'critical']).optional().describe('The severity before it was lowered to `info`'),
  control: SecondLookAnswer.optional().describe(
    'The answer to the same question about an empty part of the picture, where it was asked: after a yes, another yes says that the model can’t be relied on',
  ),
});
export type Verification = z.infer<typeof Verification>;

/**
 * Why the second look does not work. `not_allowed`: the model is outside the home network, and no admin has allowed that pictures go there;
 * `not_found`: its host has no address, or a forbidden one; `always_yes`: it also said yes to empty parts of the picture.
 */
export const SecondLookProblem = z.enum(['not_set_up', 'not_allowed', 'not_found', 'always_yes']);
export type SecondLookProblem = z.infer<typeof SecondLookProblem>;

/** Of a rule with `verify`: the answers about its newest events. */
export const RuleSecondLook = z.object({
  problem: SecondLookProblem.optional(),
  answers: z.int().describe('Of its newest events, up to 50: how many were answered'),
  confirmed: z.int(),
  controls: z.int().describe('How many were followed by the question about an empty part of the picture'),
  controls_yes: z.int(),
});
export type RuleSecondLook = z.infer<typeof RuleSecondLook>;

/** `GET /api/second-look`: the model that rules may ask, and where it is. */
export const SecondLookState = z.object({
  host: z.string().nullable().describe('Where pictures go, with the port; null: no model is set up'),
  model: z.string(),
  reach: z
    .enum(['local', 'outside', 'unknown'])
    .describe('local: this machine or the home network; unknown: the host has no address at present'),
  consent: z
    .object({
      by: z
        .string()
        .nullable()
        .describe('Name of the user or API key; null: on this machine itself, without signing in'),
      at: z.number().describe('Unix epoch ms'),
    })
    .nullable()
    .describe('Who has allowed that pictures go to this host; only needed for one outside'),
  problem: SecondLookProblem.optional(),
});
export type SecondLookState = z.infer<typeof SecondLookState>;

/** Body of `PUT /api/second-look/consent`. */
export const SecondLookConsent = z.strictObject({
  host: z.string().min(1).max(300).describe('As `GET /api/second-look` says it: what was agreed to'),
});
export type SecondLookConsent = z.infer<typeof SecondLookConsent>;
