import type { Verification } from '@lookout/protocol';
import { CircleCheck, CircleHelp, CircleX, Hourglass, type LucideIcon, TriangleAlert } from 'lucide-react';
import { secondLookWords as words } from '../strings/second-look.js';
import { TONES, type Tone } from '../ui/badge.js';
import { classes } from '../ui/classes.js';

const LOOKS: Record<Verification['state'], { Icon: LucideIcon; tone: Tone }> = {
  pending: { Icon: Hourglass, tone: 'muted' },
  confirmed: { Icon: CircleCheck, tone: 'good' },
  rejected: { Icon: CircleX, tone: 'muted' },
  unsure: { Icon: CircleHelp, tone: 'muted' },
  timed_out: { Icon: TriangleAlert, tone: 'warn' },
  failed: { Icon: TriangleAlert, tone: 'warn' },
};

/** Outcome of the question, in one line. */
export default function VerificationNote({ verification }: { verification: Verification }) {
  const { Icon, tone } = LOOKS[verification.state];
  return (
    <span className={classes('mt-1.5 flex items-center gap-1.5 text-12', TONES[tone])}>
      <Icon size={13} className="shrink-0" aria-hidden="true" />
      {stateInWords(verification)}
    </span>
  );
}

function stateInWords({ state, model }: Verification): string {
  if (state !== 'confirmed') return words.states[state];
  // Servers with a single model often call it `default`.
  return words.states.confirmed(model === 'default' ? undefined : model);
}
