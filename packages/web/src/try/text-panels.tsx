import { useState } from 'react';
import { CopyButton } from '../ui/copy-button.js';
import { Panel } from '../ui/panel.js';
import { Segmented } from '../ui/segmented.js';
import { imageSample, LANGUAGES, type Language, type Sample, sessionSample } from './code-samples.js';

/** The answer as it came. */
export function JsonPanel({ answer }: { answer: unknown }) {
  const text = answer === undefined ? undefined : toText(answer);
  return (
    <Panel title="Answer" aside={text && <CopyButton label="the answer" text={text} />}>
      {text === undefined ? (
        <p className="text-muted">JSON, as soon as there is one.</p>
      ) : (
        <CodeBlock label="Answer as JSON" text={text} />
      )}
    </Panel>
  );
}

/** The code of the same call. @param session with many frames, in place of one picture */
export function CodePanel({ sample, session }: { sample: Sample; session: boolean }) {
  const [language, setLanguage] = useState<Language>('curl');
  const text = (session ? sessionSample : imageSample)(language, sample);
  return (
    <Panel title="The same call" aside={<CopyButton label="the code" text={text} />}>
      <div className="mb-2">
        <Segmented label="Language" value={language} options={LANGUAGES} onChange={setLanguage} />
      </div>
      <CodeBlock label="Code" text={text} />
      {sample.withKey && (
        <p className="mt-2 text-[0.8125rem] text-muted">
          LOOKOUT_KEY is an API key of this server. On its own pages the sign-in does.
        </p>
      )}
    </Panel>
  );
}

function CodeBlock({ label, text }: { label: string; text: string }) {
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
      tabIndex={0}
      className="max-h-96 overflow-auto rounded-md bg-sunken p-3"
    >
      <pre className="font-mono text-[0.75rem] leading-relaxed">{text}</pre>
    </section>
  );
}

/** Numbers of a list in one line: boxes are read better so. */
function toText(answer: unknown): string {
  return JSON.stringify(answer, undefined, 2).replace(
    /\[\s+([-\d.,\s]+?)\s+\]/g,
    (_, numbers: string) => `[${numbers.replace(/\s+/g, ' ')}]`,
  );
}
