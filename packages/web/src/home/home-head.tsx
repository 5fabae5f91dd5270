import { CheckCheck } from 'lucide-react';
import { useMay } from '../api/queries.js';
import { useMarkAllSeen } from '../events/queries.js';
import { clockTime } from '../lib/when.js';
import { t } from '../strings/index.js';
import { Button } from '../ui/button.js';
import { ErrorMessage } from '../ui/message.js';

const words = t.home;

export interface HomeHeadProps {
  /** Whether anything happened. */
  headline: string;
  /** Rules that can warn now, of all; undefined: there are none. */
  rules: { watching: number; all: number } | undefined;
  /** Cameras that are on but show no picture, of all that are on. */
  cameras: { blind: number; all: number };
  unseen: number;
  nowMs: number;
}

/** Answers whether anything happened, and who watches. */
export function HomeHead({ headline, rules, cameras, unseen, nowMs }: HomeHeadProps) {
  const may = useMay();
  const markAll = useMarkAllSeen();
  const day = new Date(nowMs).toLocaleDateString(t.locale, { weekday: 'long' });
  const sentences = [
    words.now(day, clockTime(nowMs)),
    rules ? words.rules(rules.watching, rules.all) : words.noRule,
    words.blind(cameras.blind, cameras.all),
  ];
  return (
    <div className="mb-5 flex flex-wrap items-end justify-between gap-x-4 gap-y-1">
      <div className="min-w-0">
        <h1 className="text-26 text-balance">{headline}</h1>
        <p className="figures mt-1 text-muted" role="status">
          {sentences.filter(Boolean).join(' ')}
        </p>
      </div>
      {may.operate && unseen > 0 && (
        <Button
          variant="ghost"
          className="-mr-3.5 phone:mr-0 phone:-ml-3.5"
          disabled={markAll.isPending}
          onClick={() => markAll.mutate()}
        >
          <CheckCheck size={16} aria-hidden="true" />
          {t.events.markAll}
        </Button>
      )}
      <ErrorMessage error={markAll.error} className="w-full" />
    </div>
  );
}
