import type { Camera, Detection } from '@lookout/protocol';
import { useCallback, useEffect, useState } from 'react';
import { serverUrl } from '../api/client.js';
import { useCameras, useModels, useSession } from '../api/queries.js';
import { summariseClasses } from '../lib/format.js';
import { useTitle } from '../lib/hooks.js';
import { DEFAULT_OVERLAY } from '../player/overlay.js';
import { Screen, useScreen } from '../player/screen.js';
import { t } from '../strings/index.js';
import { Button } from '../ui/button.js';
import { PictureNotice, Problem } from '../ui/message.js';
import { PageHead } from '../ui/page-head.js';
import { explainError, type TryProblem } from './outcome.js';
import { openPicture, type Picture } from './picture-file.js';
import { CodePanel, FoundPanel, JsonPanel, TimingPanel } from './result-panels.js';
import { SettingsPanel } from './settings-panel.js';
import { Stage } from './stage.js';
import { DEFAULT_SETTINGS, imageSettings } from './try-settings.js';
import { useImageDetection, useLiveDetection } from './use-detection.js';

const words = t.tryIt;

/** Tries the detection API: takes a picture or the camera, and shows boxes, JSON, timing and code for the same call. */
export default function TryPage() {
  useTitle(words.page);
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
  const { answer, timing } = (camera ? live.frame : image) ?? {};
  const bitmap = camera ? live.frame?.bitmap : picture?.bitmap;
  const problem = camera ? (live.source.problem ?? live.problem) : (unreadable ?? image.problem);
  return (
    <>
      <PageHead title={words.page} note={<p className="max-w-prose text-pretty">{words.text}</p>} />
      <p role="status" className="sr-only">
        {!camera && answer && foundIn(answer.detections)}
      </p>
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem] lg:grid-rows-[auto_1fr]">
        <div className="min-w-0 space-y-4">
          <Stage busy={!camera && image.busy} camera={camera} onFile={onFile} onCamera={setCamera}>
            {bitmap && (
              <DetectedPicture
                key={camera ? 'camera' : 'picture'}
                name={camera ? words.theCamera : (picture?.name ?? words.thePicture)}
                bitmap={bitmap}
                detections={answer?.detections}
                size={answer?.image_size ?? [bitmap.width, bitmap.height]}
              />
            )}
            {!bitmap && !problem && (camera ? <PictureNotice {...words.opening} /> : <Invitation onFile={onFile} />)}
          </Stage>
          {problem && <Problem {...problem} />}
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
    </>
  );
}

/** The picture that was chosen last, or why it can't be opened. */
function usePicture() {
  const [state, setState] = useState<{ picture?: Picture; problem?: TryProblem }>({});
  const open = useCallback(async (file: Blob, name = file instanceof File ? file.name : words.thePicture) => {
    try {
      setState({ picture: await openPicture(file, name) });
    } catch (error) {
      setState((last) => ({ ...last, problem: explainError(error) }));
    }
  }, []);
  return { ...state, open };
}

interface DetectedPictureProps {
  name: string;
  bitmap: ImageBitmap;
  /** Undefined until they are known. */
  detections: readonly Detection[] | undefined;
  /** Size of the picture that the boxes belong to, which may be a smaller copy of this one. */
  size: readonly [width: number, height: number];
}

/** A picture as large as possible, with the boxes that were found in it. */
function DetectedPicture({ name, bitmap, detections = NOTHING, size: [width, height] }: DetectedPictureProps) {
  const { presenter, ...screen } = useScreen(DEFAULT_OVERLAY);
  useEffect(
    () => presenter.current?.show(bitmap, { width, height, detections: [...detections] }),
    [presenter, bitmap, detections, width, height],
  );
  const label = words.pictureOf(name, foundIn(detections));
  return <Screen {...screen} label={label} look="current" className="size-full" />;
}

const NOTHING: readonly Detection[] = [];

function foundIn(detections: readonly Detection[]): string {
  return summariseClasses(detections.map(({ class_name }) => class_name));
}

/** Maximum number of cameras offered as a source of a picture. */
const MAX_OFFERED_CAMERAS = 3;

function Invitation({ onFile }: { onFile: (file: Blob, name: string) => void }) {
  const { data: cameras = [] } = useCameras();
  const [problem, setProblem] = useState<TryProblem>();
  const live = cameras.filter(({ state }) => state === 'live').slice(0, MAX_OFFERED_CAMERAS);
  const take = async ({ id, name }: Camera) => {
    const response = await fetch(`${serverUrl}/api/cameras/${encodeURIComponent(id)}/snapshot.jpg`);
    if (response.ok) onFile(await response.blob(), name);
    else setProblem({ title: words.noneFrom(name), advice: words.chooseOther });
  };
  return (
    <PictureNotice {...(problem ?? words.none)}>
      {live.length > 0 && (
        <div className="mt-4 flex flex-wrap justify-center gap-2">
          {live.map((camera) => (
            <Button key={camera.id} onClick={() => void take(camera)}>
              {words.takeFrom(camera.name)}
            </Button>
          ))}
        </div>
      )}
    </PictureNotice>
  );
}
