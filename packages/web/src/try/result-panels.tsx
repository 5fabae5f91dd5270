import type { PromptedDetection, PromptsAnswer } from '@lookout/protocol';
import { useState } from 'react';
import { formatFps, formatMs, formatStage } from '../lib/format.js';
import { colourOf } from '../player/overlay-parts.js';
import { t } from '../strings/index.js';
import { tryWords } from '../strings/try.js';
import { CopyButton } from '../ui/button.js';
import { Segmented } from '../ui/choice.js';
import { type Fact, Facts, Panel } from '../ui/panel.js';
import { imageSample, LANGUAGES, type Language, type Sample, sessionSample } from './code-samples.js';
import type { Timing } from './outcome.js';

/** Maximum number of objects listed; the answer below contains all. */
const MAX_SHOWN_OBJECTS = 12;

export interface FoundPanelProps {
  /** Undefined until they are known. */
  detections: readonly PromptedDetection[] | undefined;
  /** Number of objects with lower scores than the minimum. */
  lower: number;
  /** Outcome of the descriptions, if there were any. */
  prompts: PromptsAnswer | undefined;
  /** Given: it is one of several. */
  model: string | undefined;
}

/** The detected objects, most certain first. */
export function FoundPanel({ detections, lower, prompts, model }: FoundPanelProps) {
  const words = tryWords.found;
  const shown = detections?.slice(0, MAX_SHOWN_OBJECTS) ?? [];
  const more = (detections?.length ?? 0) - shown.length;
  return (
    <Panel
      title={titleOf(words.title, model)}
      aside={detections && <span className="figures font-semibold">{detections.length}</span>}
    >
      {shown.length === 0 && <p className="text-muted">{detections ? words.nothing : t.units.none}</p>}
      <ul className="space-y-1">
        {shown.map((detection) => (
          <FoundObject key={`${detection.class_id} ${detection.bbox.join()}`} detection={detection} />
        ))}
        {more > 0 && <li className="text-muted">{words.more(more)}</li>}
      </ul>
      {lower > 0 && <p className="mt-1.5 text-13 text-muted">{words.lower(lower)}</p>}
      {prompts?.reason !== undefined && (
        <p className="mt-1.5 text-13 text-muted">{words.promptsSkipped(prompts.reason)}</p>
      )}
      {shown.some(({ label }) => label !== undefined) && (
        <p className="mt-1.5 text-13 text-muted">{words.notCalibrated}</p>
      )}
    </Panel>
  );
}

/** An object, with the description that it matches. */
function FoundObject({ detection }: { detection: PromptedDetection }) {
  const words = tryWords.found;
  const { class_name, confidence, track_id, label, score, margin } = detection;
  const isByWords = label !== undefined && label === class_name;
  const figures = [
    score !== undefined && words.score(t.number(score, 2)),
    margin !== undefined && margin !== null && words.margin(t.number(margin, 1)),
  ].filter((text) => text !== false);
  return (
    <li>
      <div className="flex items-center gap-2.5">
        <span
          aria-hidden="true"
          className="size-2.5 shrink-0 rounded-[3px]"
          style={{ background: colourOf(class_name) }}
        />
        <span className="min-w-0 truncate">{isByWords ? label : t.object(class_name)}</span>
        {track_id !== undefined && <span className="figures text-muted">#{track_id}</span>}
        <span className="figures ml-auto shrink-0">{isByWords ? figures.join(', ') : t.units.percent(confidence)}</span>
      </div>
      {label !== undefined && !isByWords && (
        <div className="flex gap-2.5 pl-5 text-13 text-muted">
          <span className="min-w-0 truncate">{label}</span>
          <span className="figures ml-auto shrink-0">{figures.join(', ')}</span>
        </div>
      )}
    </li>
  );
}

export interface TimingPanelProps {
  timing: Timing | undefined;
  /** For a camera: answers per second. */
  fps: number | undefined;
  /** Given: it is one of several. */
  model: string | undefined;
}

/** Where the milliseconds of the last call were spent. */
export function TimingPanel({ timing, fps, model }: TimingPanelProps) {
  const words = tryWords.timing;
  const title = titleOf(words.title, model);
  if (!timing) {
    return (
      <Panel title={title}>
        <p className="text-muted">{words.nothing}</p>
      </Panel>
    );
  }
  const { uploadMs, waitMs, inferenceMs, totalMs } = timing;
  const parts = [
    { name: words.upload, title: words.uploadTitle, ms: uploadMs, colour: 'bg-line-strong' },
    { name: words.wait, title: words.waitTitle, ms: waitMs, colour: 'bg-warn' },
    { name: words.inference, title: words.inferenceTitle, ms: inferenceMs, colour: 'bg-accent' },
  ];
  const facts: Fact[] = parts.map(({ name, title, ms, colour }) => ({
    name,
    title,
    value: (
      <span className="inline-flex items-center gap-2">
        {t.units.ms(formatStage(ms))}
        <span aria-hidden="true" className={`size-2 rounded-full ${colour}`} />
      </span>
    ),
  }));
  if (fps !== undefined) facts.push({ name: words.perSecond, value: formatFps(fps) });
  return (
    <Panel title={title} aside={<span className="figures text-16 font-semibold">{formatMs(totalMs)}</span>}>
      <div aria-hidden="true" className="mb-3 flex h-2.5 gap-px overflow-hidden rounded-full bg-sunken">
        {parts.map(({ name, ms, colour }) => (
          <div key={name} className={colour} style={{ width: `${(ms / totalMs) * 100}%` }} />
        ))}
      </div>
      <Facts items={facts} />
    </Panel>
  );
}

function titleOf(panel: string, model: string | undefined): string {
  return model === undefined ? panel : tryWords.ofModel(panel, model);
}

/** The answer to the call of the code. */
export function JsonPanel({ answer }: { answer: unknown }) {
  const words = tryWords.answer;
  const text = answer === undefined ? undefined : toText(answer);
  return (
    <Panel title={words.title} aside={text && <CopyButton label={words.copy} text={text} />}>
      {text === undefined ? <p className="text-muted">{words.none}</p> : <CodeBlock label={words.label} text={text} />}
    </Panel>
  );
}

/** Code for the same call. @param session for many frames instead of one picture */
export function CodePanel({ sample, session }: { sample: Sample; session: boolean }) {
  const words = tryWords.code;
  const [language, setLanguage] = useState<Language>('curl');
  const text = (session ? sessionSample : imageSample)(language, sample);
  return (
    <Panel title={words.title} aside={<CopyButton label={words.copy} text={text} />}>
      <div className="mb-2">
        <Segmented label={words.language} value={language} options={LANGUAGES} onChange={setLanguage} />
      </div>
      <CodeBlock label={words.label} text={text} />
      {sample.withKey && <p className="mt-2 text-13 text-muted">{words.key}</p>}
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
      <pre className="font-mono text-12 leading-relaxed">{text}</pre>
    </section>
  );
}

/** Writes lists of numbers on one line, which makes boxes easier to read. */
function toText(answer: unknown): string {
  return JSON.stringify(answer, undefined, 2).replace(
    /\[\s+([-\d.,\s]+?)\s+\]/g,
    (_, numbers: string) => `[${numbers.replace(/\s+/g, ' ')}]`,
  );
}
