import type { Calibration, StoredRule } from '@lookout/protocol';
import { Check, Upload, X } from 'lucide-react';
import { useRef } from 'react';
import { basePath } from '../api/client.js';
import { phraseWords } from '../strings/phrases.js';
import { chipClasses } from '../ui/badge.js';
import { Button, IconButton } from '../ui/button.js';
import { ErrorMessage } from '../ui/message.js';
import { useAddExample, useRemoveExample, useRuleEvents } from './queries.js';
import { scoreText } from './scale.js';

const words = phraseWords.examples;

/** The examples of a rule, and ways to add more: one of its events, or an uploaded picture. */
export function ExampleList({ rule, examples }: { rule: StoredRule } & Pick<Calibration, 'examples'>) {
  const add = useAddExample(rule.id);
  const remove = useRemoveExample(rule.id);
  const file = useRef<HTMLInputElement>(null);
  return (
    <section className="grid gap-3 border-t border-line pt-4">
      <div>
        <h3 className="font-strong">{words.title}</h3>
        <p className="text-13 text-muted">{words.text}</p>
      </div>
      {examples.length > 0 && (
        <ul className="grid grid-cols-4 gap-2 phone:grid-cols-3">
          {examples.map(({ id, is_positive, picture_url: url, score }) => (
            <li key={id} className="relative grid gap-1">
              {url === null ? (
                <span className="aspect-square w-full rounded-md bg-sunken" />
              ) : (
                <img
                  src={basePath + url}
                  alt={words.alt}
                  className="aspect-square w-full rounded-md bg-picture object-contain"
                />
              )}
              <span className={chipClasses(is_positive ? 'good' : 'bad')}>
                {is_positive ? words.meant : words.notMeant}
              </span>
              <span className="figures text-12 text-muted">{phraseWords.score(scoreText(score))}</span>
              <IconButton
                label={words.remove}
                disabled={remove.isPending}
                onClick={() => remove.mutate(id)}
                className="absolute top-0.5 right-0.5 bg-surface/85"
              >
                <X size={15} aria-hidden="true" />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      <div className="flex flex-wrap items-center gap-3">
        <Button disabled={add.isPending} onClick={() => file.current?.click()}>
          <Upload size={15} aria-hidden="true" />
          {words.upload}
        </Button>
        <input
          ref={file}
          type="file"
          hidden
          accept="image/jpeg,image/png,image/webp"
          aria-label={words.upload}
          onChange={({ target }) => {
            const [picture] = target.files ?? [];
            if (picture) add.mutate({ picture, isPositive: true });
            target.value = '';
          }}
        />
        <p className="min-w-0 flex-1 text-12 text-muted">{words.size}</p>
      </div>
      <EventChoice rule={rule} add={add} />
      <ErrorMessage error={add.error ?? remove.error} />
    </section>
  );
}

function EventChoice({ rule, add }: { rule: StoredRule; add: ReturnType<typeof useAddExample> }) {
  const { data } = useRuleEvents(rule);
  const events = data?.events.filter(({ snapshot_url: url }) => url !== null) ?? [];
  if (events.length === 0) return null;
  return (
    <div className="grid gap-2">
      <p className="text-13 text-muted">{words.fromEvents}</p>
      <ul className="flex gap-2 overflow-x-auto pb-1">
        {events.map(({ id, snapshot_url: url, reason }) => (
          <li key={id} className="grid w-36 shrink-0 gap-1">
            <img
              src={`${basePath}${url}`}
              alt={reason}
              className="aspect-video w-full rounded-md bg-picture object-cover"
            />
            <span className="flex gap-1">
              {[true, false].map((isPositive) => (
                <IconButton
                  key={String(isPositive)}
                  label={isPositive ? words.isMeant : words.isNotMeant}
                  disabled={add.isPending}
                  onClick={() => add.mutate({ event: id, isPositive })}
                >
                  {isPositive ? <Check size={16} aria-hidden="true" /> : <X size={16} aria-hidden="true" />}
                </IconButton>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
