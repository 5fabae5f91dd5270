import type { Camera } from '@lookout/protocol';
import { useCallback, useState } from 'react';
import { useCameras, useModels, useSession } from '../api/queries.js';
import { serverUrl } from '../lib/base.js';
import { summariseClasses } from '../lib/format.js';
import { useTitle } from '../lib/use-title.js';
import { Button } from '../ui/button.js';
import { explainError, type TryProblem } from './error-words.js';
import { FoundPanel } from './found-panel.js';
import { PictureCanvas } from './picture-canvas.js';
import { openPicture, type Picture } from './picture-file.js';
import { SettingsPanel } from './settings-panel.js';
import { Stage, StageNotice } from './stage.js';
import { CodePanel, JsonPanel } from './text-panels.js';
import { TimingPanel } from './timing-panel.js';
import { DEFAULT_SETTINGS, imageSettings } from './try-settings.js';
import { useImageDetection } from './use-image-detection.js';
import { useLiveDetection } from './use-live-detection.js';

/** The detection API by hand: a picture or the camera in, boxes, JSON and timing out, and the code of the same call. */
export default function TryPage() {
  useTitle('Try it');
  const [settings, setSettings] = useState(DEFAULT_SETTINGS);
  const [camera, setCamera] = useState(false);
  const { picture, problem: unreadable, open } = usePicture();
  const { data: models } = useModels();
  const { data: session } = useSession();
  const image = useImageDetection(camera ? undefined : picture, settings);
  const live = useLiveDetection(camera, settings);
  const onFile = useCallback(
    (file: Blob, name?: string) => {
      setCamera(false);
      void open(file, name);
    },
    [open],
  );
  const shown = camera ? live.frame : undefined;
  const answer = camera ? shown?.answer : image.answer;
  const timing = camera ? shown?.timing : image.timing;
  const problem = camera ? cameraProblem(live) : (unreadable ?? image.problem);
  return (
    <div className="mx-auto max-w-7xl">
      <h1 className="text-lg font-semibold tracking-tight">Try it</h1>
      <p className="mt-0.5 mb-4 max-w-prose text-pretty text-muted">
        The detection API by hand: a picture in, what is in it out. Nothing is kept.
      </p>
      <p role="status" className="sr-only">
        {!camera && answer && summariseClasses(answer.detections.map(({ class_name }) => class_name))}
      </p>
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem] lg:grid-rows-[auto_1fr]">
        <div className="min-w-0 space-y-4">
          <Stage busy={!camera && image.busy} camera={camera} onFile={onFile} onCamera={setCamera}>
            {camera && shown && (
              <PictureCanvas
                name="The camera"
                bitmap={shown.bitmap}
                detections={shown.answer.detections}
                size={shown.answer.image_size}
              />
            )}
            {!camera && picture && (
              <PictureCanvas
                name={picture.name}
                bitmap={picture.bitmap}
                detections={image.answer?.detections ?? []}
                size={image.answer?.image_size ?? [picture.bitmap.width, picture.bitmap.height]}
              />
            )}
            {camera && !shown && !problem && (
              <StageNotice title="Opening the camera" advice="If the browser asks, choose Allow." />
            )}
            {!camera && !picture && !problem && <Invitation onFile={onFile} />}
          </Stage>
          {problem && <Problem problem={problem} />}
        </div>
        <div className="min-w-0 space-y-4 lg:row-span-2">
          <TimingPanel timing={timing} fps={camera ? live.fps : undefined} />
          <SettingsPanel settings={settings} models={models ?? []} onChange={setSettings} />
          <FoundPanel detections={answer?.detections} />
        </div>
        <div className="min-w-0 space-y-4">
          <CodePanel
            session={camera}
            sample={{
              origin: serverUrl,
              settings: imageSettings(settings),
              withKey: session?.sign_in_required ?? false,
            }}
          />
          <JsonPanel answer={answer} />
        </div>
      </div>
    </div>
  );
}

/** Why there is no picture from the camera, or none with boxes. */
function cameraProblem({ source, problem }: ReturnType<typeof useLiveDetection>): TryProblem | undefined {
  return source.problem ?? problem;
}

/** The picture that was chosen last, and why it can't be opened. */
function usePicture() {
  const [state, setState] = useState<{ picture?: Picture; problem?: TryProblem }>({});
  const open = useCallback(async (file: Blob, name = file instanceof File ? file.name : 'The picture') => {
    try {
      setState({ picture: await openPicture(file, name) });
    } catch (error) {
      setState((last) => ({ ...last, problem: explainError(error) }));
    }
  }, []);
  return { ...state, open };
}

function Problem({ problem: { title, advice } }: { problem: TryProblem }) {
  return (
    <div role="alert" className="rounded-md border border-bad/40 bg-bad-soft px-3.5 py-3">
      <p className="font-medium">{title}</p>
      <p className="mt-0.5 break-words text-muted">{advice}</p>
    </div>
  );
}

/** Cameras whose picture can be taken at once. */
const MAX_OFFERED = 3;

function Invitation({ onFile }: { onFile: (file: Blob, name: string) => void }) {
  const { data: cameras = [] } = useCameras();
  const [problem, setProblem] = useState<TryProblem>();
  const live = cameras.filter(({ state }) => state === 'live').slice(0, MAX_OFFERED);
  const take = async ({ id, name }: Camera) => {
    const response = await fetch(`${serverUrl}/api/cameras/${encodeURIComponent(id)}/snapshot.jpg`);
    if (response.ok) onFile(await response.blob(), name);
    else setProblem({ title: `${name} has no picture now`, advice: 'Choose another camera.' });
  };
  return (
    <StageNotice
      title={problem?.title ?? 'No picture yet'}
      advice={problem?.advice ?? 'Choose one, drop it here, or paste it: a JPEG, a PNG or a WebP.'}
    >
      {live.length > 0 && (
        <div className="mt-4 flex flex-wrap justify-center gap-2">
          {live.map((camera) => (
            <Button key={camera.id} onClick={() => void take(camera)}>
              Picture of {camera.name}
            </Button>
          ))}
        </div>
      )}
    </StageNotice>
  );
}
