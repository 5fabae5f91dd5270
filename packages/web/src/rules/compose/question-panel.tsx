import type { Camera, Question, QuestionTopic } from '@lookout/protocol';
import { CircleHelp, Pentagon } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { Link } from 'react-router';
import { t } from '../../strings/index.js';
import { Button } from '../../ui/button.js';
import { areasPath } from '../areas-path.js';
import { cameraOf, findPlace, namedPlaces, type Place } from '../model/places.js';
import { PlacePicture, Swatch } from '../place-picture.js';
import { questionId } from './focus.js';
import { FreeAnswer, type FreeAnswerProps } from './free-answers.js';

const words = t.compose.question;

export interface QuestionPanelProps extends FreeAnswerProps {
  question: Question;
  cameras: readonly Camera[];
  places: readonly Place[];
}

/** A question about the sentence, with answers to press. */
export function QuestionPanel(props: QuestionPanelProps) {
  const { question } = props;
  const id = useId();
  return (
    <section
      id={questionId(question.phrase)}
      aria-labelledby={id}
      className="rounded-lg border border-warn-mark bg-surface p-5 shadow-1 phone:p-4"
    >
      <h2 id={id} className="flex items-center gap-2 text-20">
        <CircleHelp size={22} aria-hidden="true" className="shrink-0" />
        <span className="min-w-0 break-words">{question.text}</span>
      </h2>
      <p className="mt-1 text-muted">{words.hints[question.about] ?? words.hint}</p>
      <div className="mt-3.5 space-y-3.5">
        <Answers {...props} />
        <FreeAnswer about={question.about} {...props} />
      </div>
    </section>
  );
}

const PLACE_KIND: Partial<Record<QuestionTopic, Place['kind']>> = { zone: 'zone', line: 'line' };

/** The answers that the server offers, and for places all there are. */
function Answers({ question, cameras, places, onAnswer }: QuestionPanelProps) {
  const { about, candidates, phrase } = question;
  const kind = PLACE_KIND[about];
  if (kind) {
    const names = candidates.length > 0 ? candidates : namedPlaces(places, kind).map(({ name }) => name);
    return (
      <Cards>
        {names.map((name) => {
          const place = findPlace(places, kind, name);
          return (
            <AnswerCard
              key={name}
              label={name}
              picture={place && <PlacePicture camera={place.camera} place={place} alt="" />}
              mark={place && <Swatch color={place.color} />}
              onPress={() => onAnswer(name)}
            />
          );
        })}
        <DrawCard kind={kind} name={phrase} cameras={cameras} />
      </Cards>
    );
  }
  if (about === 'camera') {
    // A camera may be offered by its name and by its id.
    const offered = new Map(candidates.map((name) => [cameraOf(name, cameras) ?? name, name]));
    return (
      <Cards>
        {[...offered].map(([found, name]) => {
          const camera = typeof found === 'string' ? undefined : found;
          return (
            <AnswerCard
              key={name}
              label={camera?.name ?? name}
              picture={camera && <PlacePicture camera={camera} alt="" />}
              onPress={() => onAnswer(t.sentence.onCamera(name, phrase))}
            />
          );
        })}
      </Cards>
    );
  }
  return (
    <div className="flex flex-wrap gap-2 empty:hidden">
      {candidates.map((candidate) => (
        <Button key={candidate} onClick={() => onAnswer(answerWords(about, candidate))}>
          {candidate}
        </Button>
      ))}
    </div>
  );
}

/** A candidate as it reads in a sentence. */
function answerWords(about: QuestionTopic, candidate: string): string {
  if (about === 'direction') return t.sentence.inDirection(candidate);
  return about === 'subject' ? t.sentence.someObject(candidate) : candidate;
}

function Cards({ children }: { children: ReactNode }) {
  return <div className="grid grid-cols-3 gap-3 phone:grid-cols-2">{children}</div>;
}

interface AnswerCardProps {
  label: string;
  picture: ReactNode;
  /** Before the label. */
  mark?: ReactNode;
  onPress: () => void;
}

function AnswerCard({ label, picture, mark, onPress }: AnswerCardProps) {
  return (
    <button
      type="button"
      onClick={onPress}
      className="grid content-start gap-2 rounded-lg border border-line bg-surface p-2 pb-3 text-left font-semibold hover:border-accent hover:ring-1 hover:ring-accent"
    >
      {picture}
      <span className="flex items-center gap-2 px-1.5">
        {mark}
        <span className="min-w-0 break-words">{label}</span>
      </span>
    </button>
  );
}

/** Leads to where an area or a line is drawn, on the camera of choice. */
function DrawCard({ kind, name, cameras }: { kind: Place['kind']; name: string; cameras: readonly Camera[] }) {
  const label = kind === 'zone' ? words.draw(name) : words.drawLine(name);
  const look =
    'grid min-h-16 content-center justify-items-center gap-2 rounded-lg border border-dashed border-line-strong p-3 text-center font-semibold text-accent-text phone:col-span-2';
  const [only] = cameras;
  if (cameras.length === 1 && only) {
    return (
      <Link to={areasPath(only.id, kind, name)} className={look}>
        <Pentagon size={22} aria-hidden="true" />
        {label}
      </Link>
    );
  }
  return (
    <div className={look}>
      <Pentagon size={22} aria-hidden="true" />
      {label}
      <span className="text-13 font-medium text-muted">{words.drawOn}</span>
      <span className="-mt-1.5 flex flex-wrap justify-center gap-x-4">
        {cameras.map((camera) => (
          <Link key={camera.id} to={areasPath(camera.id, kind, name)} className="inline-block py-1.5 underline">
            {camera.name}
          </Link>
        ))}
      </span>
    </div>
  );
}
