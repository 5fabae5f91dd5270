import type { Camera } from '@lookout/protocol';
import { ArrowUpRight } from 'lucide-react';
import { t } from '../../strings/index.js';
import { type Example, examplesFor, sentenceOf } from '../model/examples.js';
import { PlacePicture } from '../place-picture.js';

export interface ExamplesProps {
  cameras: readonly Camera[];
  /** Names of what the model can see. */
  classes: readonly string[];
  onChoose: (sentence: string) => void;
}

/** Sentences that fit these cameras, to start from. */
export function Examples({ cameras, classes, onChoose }: ExamplesProps) {
  const examples = examplesFor(cameras, classes, t.sentence.examples);
  return (
    <ul className="grid grid-cols-2 gap-2.5 phone:grid-cols-1">
      {examples.map((example) => (
        <li key={sentenceOf(example)} className="grid">
          <ExampleCard example={example} onPress={() => onChoose(sentenceOf(example))} />
        </li>
      ))}
    </ul>
  );
}

function ExampleCard({ example, onPress }: { example: Example; onPress: () => void }) {
  const { before, name, after, camera, place } = example;
  return (
    <button
      type="button"
      onClick={onPress}
      className="flex items-center gap-3.5 rounded-lg border border-line bg-surface p-2.5 pr-3.5 text-left font-medium shadow-1 hover:border-line-strong"
    >
      <PlacePicture camera={camera} place={place} alt="" className="w-23 shrink-0" />
      <span className="min-w-0 flex-1 break-words">
        {before} <b className="font-semibold">{name}</b>
        {after}
      </span>
      <ArrowUpRight size={15} aria-hidden="true" className="shrink-0" />
    </button>
  );
}
