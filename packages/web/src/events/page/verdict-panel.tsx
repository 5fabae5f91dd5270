import type { Camera, RuleEvent, Verdict, VerdictOutcome } from '@lookout/protocol';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { BellOff, MapPinOff, ScanFace, ThumbsUp } from 'lucide-react';
import { RadioGroup } from 'radix-ui';
import { type ReactNode, useRef, useState } from 'react';
import { useLocation } from 'react-router';
import { basePath, lookout } from '../../api/client.js';
import { t } from '../../strings/index.js';
import { Button } from '../../ui/button.js';
import { ErrorMessage } from '../../ui/message.js';
import { PictureRegions, StillPicture } from '../../ui/still-picture.js';
import { useJudge, useWithdrawVerdict } from '../queries.js';

const words = t.events.verdict;
type Wrong = Exclude<Verdict, 'right'>;
const CHOICES: ReadonlyArray<{ verdict: Wrong; Icon: typeof ScanFace }> = [
  { verdict: 'wrong_object', Icon: ScanFace },
  { verdict: 'wrong_place', Icon: MapPinOff },
  { verdict: 'not_interesting', Icon: BellOff },
];

/** The choices open below the picture, often out of sight. */
const bringIntoView = (choices: HTMLElement | null) => choices?.scrollIntoView({ block: 'nearest' });

/** Whether the event was right, and what follows from it if not; each consequence is told before it is taken. */
export function VerdictPanel({ event, camera }: { event: RuleEvent; camera: Camera | undefined }) {
  // A link may lead right to the choices.
  const { hash } = useLocation();
  const [isOpen, setIsOpen] = useState(hash === '#wrong');
  const [choice, setChoice] = useState<Wrong>('wrong_object');
  const judge = useJudge(event.id);
  const toggle = useRef<HTMLButtonElement>(null);
  /** With the choices goes the button that has the focus. */
  const close = () => {
    setIsOpen(false);
    toggle.current?.focus();
  };
  const name = event.tracks[0]?.class_name ?? '';
  const choices = CHOICES.filter(({ verdict }) => verdict !== 'wrong_object' || name !== '');
  const chosen = choices.some(({ verdict }) => verdict === choice) ? choice : 'wrong_place';
  return (
    <section aria-labelledby="verdict" className="mt-6">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 id="verdict" className="font-strong">
          {words.question}
        </h2>
        <div className="flex gap-2">
          <Button
            pressed={event.verdict === 'right'}
            onClick={() => {
              setIsOpen(false);
              judge.mutate('right');
            }}
          >
            <ThumbsUp size={16} aria-hidden="true" />
            {words.yes}
          </Button>
          <Button
            ref={toggle}
            pressed={isOpen || (event.verdict !== null && event.verdict !== 'right')}
            aria-expanded={isOpen}
            onClick={() => {
              judge.reset();
              setIsOpen(!isOpen);
            }}
          >
            {words.wrong}
          </Button>
        </div>
      </div>
      {isOpen && (
        <div ref={bringIntoView} className="scroll-mb-4 phone:scroll-mb-20">
          <p id="false-alarm" className="mt-3">
            {words.falseAlarm}
          </p>
          <RadioGroup.Root
            aria-labelledby="false-alarm"
            value={chosen}
            onValueChange={(value) => setChoice(value as Wrong)}
            className="mt-3 grid gap-3 sm:grid-cols-3"
          >
            {choices.map(({ verdict, Icon }) => (
              <RadioGroup.Item
                key={verdict}
                value={verdict}
                className="flex gap-3 rounded-lg border border-line bg-surface p-3.5 text-left hover:border-line-strong data-[state=checked]:border-accent data-[state=checked]:bg-accent-soft"
              >
                <Icon size={18} className="mt-0.5 shrink-0" aria-hidden="true" />
                <span>
                  <span className="block font-strong">{words.choices[verdict].title(name)}</span>
                  <span className="mt-0.5 block text-13 text-pretty text-muted">{words.choices[verdict].text}</span>
                </span>
              </RadioGroup.Item>
            ))}
          </RadioGroup.Root>
          <div className="mt-3 flex flex-wrap justify-end gap-2">
            <Button variant="ghost" onClick={close}>
              {words.cancel}
            </Button>
            <Button
              variant="primary"
              disabled={judge.isPending}
              onClick={() => judge.mutate(chosen, { onSuccess: close })}
            >
              {words.choices[chosen].act(name)}
            </Button>
          </div>
        </div>
      )}
      <div aria-live="polite">
        <ErrorMessage error={judge.error} className="mt-3" />
        {judge.data && <Outcome key={judge.submittedAt} outcome={judge.data} camera={camera} />}
      </div>
    </section>
  );
}

const BOX = 'mt-3 flex flex-wrap items-center justify-between gap-3 rounded-lg bg-sunken p-3.5';

/** What follows from a verdict: done, or proposed. */
function Outcome({ outcome, camera }: { outcome: VerdictOutcome; camera: Camera | undefined }) {
  const { event, suppression, reason, proposed_mask: mask, proposed_cooldown_s: cooldown } = outcome;
  const withdrawVerdict = useWithdrawVerdict(event.id);
  if (event.verdict === 'right') return <p className={BOX}>{words.thanks}</p>;
  return (
    <>
      {reason !== undefined && <p className={BOX}>{reason}</p>}
      {suppression && (
        <Proposal
          text={words.ignored}
          act={words.undo}
          variant="plain"
          done={words.undone}
          run={() => withdrawVerdict.mutateAsync()}
        />
      )}
      {mask && camera && (
        <Proposal
          text={words.mask(mask.name, camera.name)}
          act={words.saveMask}
          done={words.maskSaved}
          run={() => lookout.cameras.update(camera.id, { masks: [...camera.masks, mask] })}
        >
          <ProposedMask event={event} points={mask.points} />
        </Proposal>
      )}
      {cooldown !== undefined && (
        <Proposal
          text={words.cooldown(Math.round(cooldown / 60))}
          act={words.saveCooldown}
          done={words.cooldownSaved}
          run={async () => {
            const { rule } = await lookout.rules.get(event.rule_id);
            return lookout.rules.update(event.rule_id, { rule: { ...rule, cooldown_s: cooldown } });
          }}
        />
      )}
    </>
  );
}

interface ProposalProps {
  text: string;
  act: string;
  variant?: 'primary' | 'plain';
  done: string;
  run: () => Promise<unknown>;
  children?: ReactNode;
}

function Proposal({ text, act, variant = 'primary', done, run, children }: ProposalProps) {
  const queryClient = useQueryClient();
  const { mutate, isPending, isSuccess, error } = useMutation({
    mutationFn: run,
    onSuccess: () => {
      for (const queryKey of [['cameras'], ['rules']]) void queryClient.invalidateQueries({ queryKey });
    },
  });
  if (isSuccess) return <p className={BOX}>{done}</p>;
  return (
    <div className={BOX}>
      {children}
      <p className="min-w-0 flex-1 text-pretty">{text}</p>
      <Button variant={variant} disabled={isPending} onClick={() => mutate()}>
        {act}
      </Button>
      <ErrorMessage error={error} className="w-full" />
    </div>
  );
}

/** The place over the event's picture. */
function ProposedMask({ event, points }: { event: RuleEvent; points: [number, number][] }) {
  const [width, height] = event.image_size;
  const zone = { name: 'mask', points, color: '#ff5b4d' };
  return (
    <StillPicture
      src={event.snapshot_url === null ? undefined : basePath + event.snapshot_url}
      alt=""
      aspect={width / height}
      className="w-60 phone:w-full"
    >
      <PictureRegions regions={{ zones: [zone], lines: [] }} aspect={width / height} />
    </StillPicture>
  );
}
