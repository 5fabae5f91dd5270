import type { Model } from '@lookout/protocol';
import { useCallback, useEffect, useState } from 'react';
import { useSearchParams } from 'react-router';
import { serverUrl } from '../api/client.js';
import { useModels, useSession } from '../api/queries.js';
import { formatMs } from '../lib/format.js';
import { useTitle } from '../lib/hooks.js';
import { tryWords as words } from '../strings/try.js';
import { Button } from '../ui/button.js';
import { Segmented } from '../ui/choice.js';
import { PictureNotice, Problem } from '../ui/message.js';
import { PageHead } from '../ui/page-head.js';
import { DetectedPicture, foundIn } from './detected-picture.js';
import { ExamplePictures } from './example-pictures.js';
import { ASKED_FROM, lowestScore } from './kept-scores.js';
import type { LiveView } from './live-detection.js';
import { modelOf } from './model-fields.js';
import { explainError } from './outcome.js';
import { PictureStrip } from './picture-strip.js';
import { CodePanel, FoundPanel, JsonPanel, TimingPanel } from './result-panels.js';
import { SettingsPanel } from './settings-panel.js';
import { SharePanel } from './share-panel.js';
import type { SharedResult } from './share-picture.js';
import { Pane, Stage } from './stage.js';
import { readLink, type TryLink } from './try-link.js';
import { imageSettings } from './try-settings.js';
import { type Detected, useAskedSettings, useImageDetection, useLiveDetection } from './use-detection.js';
import { usePictures } from './use-pictures.js';

/** What one model found, as the page shows it. */
interface Column extends Omit<Detected, 'outcomes'> {
  /** Name of the model. */
  model: string;
  result: SharedResult | undefined;
  fps?: number;
}

/** Tries the detection API: takes pictures, a clip or the camera, and shows boxes, JSON, timing and code for the same call. */
export default function TryPage() {
  useTitle(words.page);
  const [query] = useSearchParams();
  const [link, setLink] = useState(() => readLink(query));
  const [camera, setCamera] = useState(false);
  const { shelf, view } = usePictures();
  const { data: models, refetch } = useModels();
  const { columns, countOf } = useColumns({ link, camera, view, models });
  useAnswered(columns, models, refetch);
  const onFiles = useCallback(
    (files: readonly File[]) => {
      setCamera(false);
      void shelf.add(files.map((blob) => ({ blob, name: blob.name })));
    },
    [shelf],
  );
  const lowest = Math.max(...columns.map(({ all }) => lowestScore(all, link.settings.max_detections)), ASKED_FROM);
  return (
    <>
      <PageHead title={words.page} note={<p className="max-w-prose text-pretty">{words.text}</p>} />
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem] lg:grid-rows-[auto_1fr]">
        <div className="min-w-0 space-y-4">
          <Stage
            camera={camera}
            onFiles={onFiles}
            onCamera={setCamera}
            below={
              !camera && (
                <>
                  <PictureStrip shelf={shelf} view={view} countOf={countOf} />
                  <ExamplePictures
                    onPicture={(picture) => void shelf.add([picture])}
                    onError={(error) => shelf.report(explainError(error))}
                  />
                </>
              )
            }
          >
            <Panes columns={columns} camera={camera} opening={view.opening} />
          </Stage>
          {!camera && view.problem && <Problem {...view.problem} />}
          <Problems columns={columns} />
        </div>
        <div className="min-w-0 space-y-4 lg:row-span-2">
          <Times columns={columns} />
          <SettingsPanel value={link} models={models ?? []} lowest={camera ? undefined : lowest} onChange={setLink} />
          <FoundObjects columns={columns} />
        </div>
        <div className="min-w-0 space-y-4">
          <Calls columns={columns} link={link} camera={camera} />
          <SharePanel link={link} results={columns.flatMap(({ result }) => result ?? [])} />
        </div>
      </div>
    </>
  );
}

interface ColumnsInput {
  link: TryLink;
  camera: boolean;
  view: ReturnType<typeof usePictures>['view'];
  models: readonly Model[] | undefined;
}

/** What the model found, and beside it the one to compare with; the camera has one model only. */
function useColumns({ link: { settings, compared }, camera, view, models }: ColumnsInput) {
  const asked = useAskedSettings(settings);
  const score = settings.confidence_threshold;
  const common = { shelf: view, models, score };
  const name = settings.model ?? modelOf(undefined, models ?? [])?.name ?? words.theDefault;
  const other = camera || compared === name ? undefined : compared;
  const first = useImageDetection({ ...common, asked: camera ? undefined : asked, model: settings.model });
  const second = useImageDetection({ ...common, asked: other === undefined ? undefined : asked, model: other });
  const live = useLiveDetection(camera, settings);
  const of = (model: string, detected: Detected): Column => {
    const { chosen } = view;
    const { answer } = detected;
    const result = chosen && {
      name: chosen.name,
      bitmap: chosen.bitmap,
      detections: answer?.detections,
      size: answer?.image_size ?? ([chosen.bitmap.width, chosen.bitmap.height] as const),
      model,
    };
    return { ...detected, model, result };
  };
  const columns = camera
    ? [liveColumn(name, live)]
    : [of(name, first), ...(other === undefined ? [] : [of(other, second)])];
  const countOf = (picture: Parameters<typeof first.outcomes.get>[0]) =>
    first.outcomes.get(picture)?.answer?.detections.filter(({ confidence }) => confidence >= score).length;
  return { columns, countOf };
}

/** An answer loads a model: what the server says of it is out of date then. */
function useAnswered(columns: readonly Column[], models: readonly Model[] = [], refetch: () => Promise<unknown>): void {
  const isOld = columns.some(({ model, answer }) => answer && modelOf(model, models)?.loaded === false);
  useEffect(() => {
    if (isOld) void refetch();
  }, [isOld, refetch]);
}

function liveColumn(model: string, { frame, fps, source, problem }: LiveView): Column {
  const answer = frame?.answer;
  const result = frame && {
    name: words.theCamera,
    bitmap: frame.bitmap,
    detections: frame.answer.detections,
    size: frame.answer.image_size,
    model,
  };
  return {
    model,
    result,
    answer,
    all: answer,
    timing: frame?.timing,
    problem: source.problem ?? problem,
    busy: false,
    retry: undefined,
    fps,
  };
}

/** The picture with the boxes of each model. */
function Panes({ columns, camera, opening }: { columns: readonly Column[]; camera: boolean; opening: boolean }) {
  const [first] = columns;
  if (!first?.result) {
    return (
      <Pane busy={opening}>
        {!first?.problem && !opening && <PictureNotice {...(camera ? words.opening : words.none)} />}
      </Pane>
    );
  }
  const isOne = columns.length === 1;
  return (
    <div className={isOne ? undefined : 'grid gap-px sm:grid-cols-2'}>
      {columns.map(({ model, result, answer, timing, busy }, i) => (
        <Pane
          // Another picture on the same canvas; the camera's comes without the old boxes.
          key={camera ? 'camera' : i}
          busy={busy || opening}
          caption={
            !isOne && (
              <>
                <span className="block truncate font-strong">{model}</span>
                {answer && timing && words.result(foundIn(answer.detections), formatMs(timing.totalMs))}
              </>
            )
          }
        >
          {result && <DetectedPicture {...result} />}
        </Pane>
      ))}
      <p role="status" className="sr-only">
        {!camera && columns.map(({ answer }) => answer && foundIn(answer.detections)).join('; ')}
      </p>
    </div>
  );
}

/** What kept models from answering. */
function Problems({ columns }: { columns: readonly Column[] }) {
  return columns.map(({ model, problem, retry }) => {
    if (!problem) return null;
    const title = columns.length > 1 && retry ? words.ofModel(problem.title, model) : problem.title;
    return (
      <Problem key={model} title={title} advice={problem.advice}>
        {retry && (
          <Button size="compact" className="mt-2" onClick={retry}>
            {words.problems.retry}
          </Button>
        )}
      </Problem>
    );
  });
}

/** The name that a panel about one of several models needs. */
const nameIn = (columns: readonly Column[], { model }: Column) => (columns.length > 1 ? model : undefined);

function Times({ columns }: { columns: readonly Column[] }) {
  return columns.map((column) => (
    <TimingPanel key={column.model} timing={column.timing} fps={column.fps} model={nameIn(columns, column)} />
  ));
}

function FoundObjects({ columns }: { columns: readonly Column[] }) {
  return columns.map((column) => (
    <FoundPanel
      key={column.model}
      detections={column.answer?.detections}
      lower={(column.all?.detections.length ?? 0) - (column.answer?.detections.length ?? 0)}
      prompts={column.answer?.prompts}
      model={nameIn(columns, column)}
    />
  ));
}

/** Code and answer of one of the calls. */
function Calls({ columns, link, camera }: { columns: readonly Column[]; link: TryLink; camera: boolean }) {
  const { data: session } = useSession();
  const [chosen, setChosen] = useState<'first' | 'second'>('first');
  const [first, second] = columns;
  const isSecond = second !== undefined && chosen === 'second';
  const settings = isSecond ? { ...link.settings, model: link.compared } : link.settings;
  return (
    <>
      {first && second && (
        <div className="flex flex-wrap items-center gap-3">
          <span className="font-medium">{words.call}</span>
          <Segmented
            label={words.call}
            value={chosen}
            options={[
              { value: 'first', label: first.model },
              { value: 'second', label: second.model },
            ]}
            onChange={setChosen}
          />
        </div>
      )}
      <CodePanel
        session={camera}
        sample={{
          origin: serverUrl,
          settings: imageSettings(settings),
          withKey: session?.sign_in_required ?? false,
        }}
      />
      <JsonPanel answer={(isSecond ? second : first)?.answer} />
    </>
  );
}
