import type { Setting } from '@lookout/protocol';
import { useState } from 'react';
import { settingsWords } from '../strings/settings.js';
import { Switch } from '../ui/choice.js';
import { ErrorMessage, Prose } from '../ui/message.js';
import { originInWords } from './fixed-note.js';
import { useSettings } from './queries.js';

const words = settingsWords.start;

/** Every setting of the server as it was started, and where each is set. */
export function StartSection() {
  const { data: settings = [], error, isSuccess } = useSettings();
  const [onlySet, setOnlySet] = useState(true);
  const shown = settings.filter(({ origin }) => !onlySet || origin.from !== 'default');
  return (
    <>
      <p className="text-pretty text-muted">
        <Prose text={words.about} />
      </p>
      <Switch label={words.onlySet} checked={onlySet} onCheckedChange={setOnlySet} />
      <ErrorMessage error={error} />
      {isSuccess && shown.length === 0 && <p className="text-muted">{words.none}</p>}
      <dl className="divide-y divide-line rounded-lg border border-line bg-surface px-5 shadow-1 empty:hidden">
        {shown.map((setting) => (
          <div key={setting.key} className="py-3">
            <dt className="flex flex-wrap items-baseline justify-between gap-x-4">
              <code className="font-mono text-13 [overflow-wrap:anywhere]">{setting.key}</code>
              <span className="figures [overflow-wrap:anywhere]">{valueInWords(setting)}</span>
            </dt>
            <dd className="mt-0.5 text-13 text-pretty text-muted">
              {originInWords(setting.origin)}. <Prose text={setting.description} />
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function valueInWords({ value }: Setting): string {
  if (value === null || (Array.isArray(value) && value.length === 0)) return words.notSet;
  if (typeof value === 'boolean') return value ? words.yes : words.no;
  return Array.isArray(value) ? value.join(', ') : String(value);
}
