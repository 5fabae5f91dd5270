import type { Camera, Suppression } from '@lookout/protocol';
import { cropAround } from '../../lib/crop.js';
import { timeInWords } from '../../lib/when.js';
import { t } from '../../strings/index.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { ErrorMessage } from '../../ui/message.js';
import { AlarmBox, StillPicture } from '../../ui/still-picture.js';
import { aspectOf, snapshotUrl, THUMB_ASPECT } from '../place-picture.js';
import { useEndSuppression } from '../queries.js';

const words = t.rules.ignored;
/** Of the picture's height that the ignored thing takes. */
const SPOT_SHARE = 0.4;

export interface IgnoredSpotsProps {
  spots: readonly Suppression[];
  cameras: readonly Camera[];
  nowMs: number;
  onClose: () => void;
}

/** What is ignored since an event was marked wrong, and how that ends. */
export function IgnoredSpots({ spots, cameras, nowMs, onClose }: IgnoredSpotsProps) {
  const end = useEndSuppression();
  return (
    <Dialog open onOpenChange={onClose} title={words.title} description={words.text}>
      <ErrorMessage error={end.error} className="mb-3" />
      {spots.length === 0 && <p>{words.none}</p>}
      <ul className="grid gap-3">
        {spots.map((spot) => {
          const camera = cameras.find(({ id }) => id === spot.camera);
          return (
            <li key={spot.id} className="flex flex-wrap items-center gap-3">
              {camera && <SpotPicture spot={spot} camera={camera} />}
              <span className="min-w-0 flex-1">
                <span className="block font-strong">{words.item(spot.class_name, camera?.name ?? spot.camera)}</span>
                <span className="figures block text-13 text-muted">
                  {words.since(timeInWords(spot.created_at, nowMs))}
                </span>
              </span>
              <Button disabled={end.isPending} onClick={() => end.mutate(spot)}>
                {words.undo}
              </Button>
            </li>
          );
        })}
      </ul>
    </Dialog>
  );
}

/** The place as the camera sees it now. */
function SpotPicture({ spot, camera }: { spot: Suppression; camera: Camera }) {
  const [x1, y1, x2, y2] = spot.box;
  const box = { x: x1, y: y1, width: x2 - x1, height: y2 - y1 };
  return (
    <StillPicture
      src={camera.state === 'live' ? snapshotUrl(camera.id) : undefined}
      alt=""
      aspect={THUMB_ASPECT}
      part={cropAround(box, aspectOf(camera), THUMB_ASPECT, SPOT_SHARE)}
      className="w-28 shrink-0"
    >
      <AlarmBox part={box} />
    </StillPicture>
  );
}
