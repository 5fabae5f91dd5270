import { RequestError } from '@lookout/client';
import type { Camera } from '@lookout/protocol';
import { ImageDown, RotateCcw, Undo2, X } from 'lucide-react';
import { type CSSProperties, useEffect, useRef, useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { useCamera, useMay } from '../api/queries.js';
import { useTitle } from '../lib/hooks.js';
import { NotFoundPage } from '../pages/not-found-page.js';
import { cutOutWords as words } from '../strings/cut-out.js';
import { Button, buttonClasses, IconButton } from '../ui/button.js';
import { Segmented } from '../ui/choice.js';
import { ErrorMessage, PictureNotice } from '../ui/message.js';
import { CutOutActions } from './cut-out-actions.js';
import { CutOutStage } from './cut-out-stage.js';
import { NOTHING, type Question, withoutLast } from './question.js';
import { type Frozen, lacksModel, useFrozen } from './use-frozen.js';

/** Cuts an object out of a camera frame, with a click. */
export default function CutOutPage() {
  const { id = '' } = useParams();
  const { data: camera, error } = useCamera(id);
  if (error instanceof RequestError && error.httpStatus === 404) return <NotFoundPage />;
  return (
    <>
      <ErrorMessage error={error} className="m-4" />
      {camera && <CutOut key={camera.id} camera={camera} />}
    </>
  );
}

function CutOut({ camera }: { camera: Camera }) {
  useTitle(words.page);
  const navigate = useNavigate();
  const frozen = useFrozen(camera.id);
  const [question, setQuestion] = useState<Question>(NOTHING);
  const [chosen, setChosen] = useState(0);
  const [takesAway, setTakesAway] = useState(false);
  const picture = useRef<HTMLImageElement>(null);
  const { segment, masks = [], ask } = frozen;
  const mask = masks[chosen];
  const pose = (next: Question) => {
    setQuestion(next);
    setChosen(0);
    ask(next);
  };
  const again = () => {
    setQuestion(NOTHING);
    setTakesAway(false);
    frozen.freeze();
  };
  const hasQuestion = question !== NOTHING;
  return (
    <main className="grid min-h-dvh grid-cols-[1fr_23.25rem] grid-rows-[auto_1fr] bg-surface max-lg:grid-cols-[1fr_18rem] phone:block">
      <div className="sticky top-0 z-20 col-span-2 flex h-15 items-center gap-3 border-b border-line bg-surface pr-5 pl-3 phone:h-14 phone:pr-2 phone:pl-1">
        <IconButton label={words.back} onClick={() => navigate(`/cameras/${camera.id}`)}>
          <X size={18} aria-hidden="true" />
        </IconButton>
        <h1 className="truncate text-[1.0625rem] leading-6 font-title tracking-[-0.015em]">{words.page}</h1>
        <span className="min-w-0 flex-1 truncate text-muted phone:invisible">{camera.name}</span>
        <Button onClick={again}>
          <RotateCcw size={15} aria-hidden="true" />
          {words.again}
        </Button>
      </div>
      <div className="self-start bg-picture phone:sticky phone:top-14 phone:z-10">
        <div
          className="relative mx-auto w-full max-w-[calc((100dvh-3.75rem)*var(--shape))] phone:max-w-[calc(56dvh*var(--shape))]"
          style={{ '--shape': shapeOf(camera, frozen) } as CSSProperties}
        >
          {segment ? (
            <CutOutStage {...{ segment, picture, question, mask, takesAway }} onQuestion={pose} />
          ) : (
            <div className="relative" style={{ aspectRatio: shapeOf(camera, frozen) }}>
              <Absence error={frozen.error} />
            </div>
          )}
          {frozen.isAsking && <Busy />}
        </div>
      </div>
      <aside className="space-y-5 border-line px-5.5 py-5 lg:border-l phone:px-4 phone:pb-8">
        {segment && (
          <>
            <p className="text-13 text-muted" aria-live="polite">
              {said(frozen, question)}
            </p>
            <div className="flex flex-wrap items-center gap-2">
              {segment.takes.points && (
                <Segmented
                  label={words.mode.label}
                  value={takesAway ? 'away' : 'add'}
                  options={[
                    { value: 'add', label: words.mode.add },
                    { value: 'away', label: words.mode.away },
                  ]}
                  onChange={(mode) => setTakesAway(mode === 'away')}
                />
              )}
              <IconButton label={words.undo} disabled={!hasQuestion} onClick={() => pose(withoutLast(question))}>
                <Undo2 size={16} aria-hidden="true" />
              </IconButton>
              <Button variant="ghost" disabled={!hasQuestion} onClick={() => pose(NOTHING)}>
                {words.clear}
              </Button>
            </div>
            {masks.length > 1 && (
              <div className="flex flex-wrap items-center justify-between gap-2">
                <span className="text-13 text-muted">{words.candidate(chosen + 1, masks.length)}</span>
                <Button size="compact" onClick={() => setChosen((chosen + 1) % masks.length)}>
                  {words.next}
                </Button>
              </div>
            )}
            <ErrorMessage error={frozen.error} />
            {mask && <CutOutActions {...{ camera, mask, picture }} />}
          </>
        )}
      </aside>
    </main>
  );
}

function shapeOf({ width = 16, height = 9 }: Camera, { segment }: Frozen): number {
  const [w, h] = segment?.image_size ?? [width, height];
  return w / h;
}

/** Hint for the next step, or the current state. */
function said({ segment, masks, isAsking }: Frozen, question: Question): string {
  const { takes } = segment ?? { takes: { points: true, box: true } };
  if (isAsking) return words.looking;
  if (masks?.length === 0) return words.nothing;
  if (masks && takes.points) return words.tips.more;
  if (question !== NOTHING && masks) return words.tips.box;
  if (takes.points) return takes.box ? words.tips.both : words.tips.points;
  return words.tips.box;
}

/** Shown in place of the picture. */
function Absence({ error }: { error: unknown }) {
  const may = useMay();
  if (error === undefined) return <PictureNotice title={words.freezing} />;
  const hint = error instanceof Error && 'hint' in error && typeof error.hint === 'string' ? error.hint : undefined;
  if (!lacksModel(error))
    return <PictureNotice title={error instanceof Error ? error.message : String(error)} advice={hint} />;
  return (
    <PictureNotice title={words.noModel.title} advice={may.manage ? hint : words.noModel.askAdmin}>
      {may.manage && (
        <Link to="/settings/models" className={buttonClasses('plain', 'mt-4')}>
          <ImageDown size={15} aria-hidden="true" />
          {words.noModel.link}
        </Link>
      )}
    </PictureNotice>
  );
}

/** A moving bar for long waits. */
function Busy() {
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const moving = bar.current?.animate([{ left: '-40%' }, { left: '100%' }], { duration: 1200, iterations: Infinity });
    return () => moving?.cancel();
  }, []);
  return (
    <div className="absolute inset-x-0 top-0 h-1 overflow-hidden" aria-hidden="true">
      <div ref={bar} className="absolute h-full w-2/5 bg-accent" />
    </div>
  );
}
