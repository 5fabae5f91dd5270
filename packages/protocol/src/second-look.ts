import { z } from 'zod';

/** A question that a vision-language model is asked about each event of a rule. */
export const Verify = z.strictObject({
  question: z.string().trim().min(1).max(300).describe('To be answered with yes or no: “Is this really smoke?”'),
  timeout_s: z.number().min(1).max(120).default(10),
  on_timeout: z.enum(['pass', 'lower']).default('pass').describe('lower: as if the answer were no'),
  hold: z.boolean().default(false).describe('Nothing is told before the answer, or the end of `timeout_s`'),
});
export type Verify = z.infer<typeof Verify>;

/** What became of the question. `rejected` lowers the severity of the event to `info`; nothing is ever deleted. */
export const VerificationState = z.enum(['pending', 'confirmed', 'rejected', 'unsure', 'timed_out', 'failed']);
export type VerificationState = z.infer<typeof VerificationState>;

export const Verification = z.object({
  state: VerificationState,
  question: z.string(),
  evidence: z
    .string()
    .max(120)
    .optional()
    .describe('What the model says it sees. Written by a model about a picture: not to be trusted'),
  ms: z.number().optional().describe('Time to the answer'),
  error: z.string().optional().describe('Why there is no answer'),
});
export type Verification = z.infer<typeof Verification>;
