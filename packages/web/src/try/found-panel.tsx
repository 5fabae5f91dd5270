import type { Detection } from '@lookout/protocol';
import { colourOf } from '../player/overlay.js';
import { Panel } from '../ui/panel.js';

/** Told at once; the rest is in the answer below. */
const MAX_SHOWN = 12;

/** What was found, most certain first. */
export function FoundPanel({ detections }: { detections: readonly Detection[] | undefined }) {
  const shown = detections?.slice(0, MAX_SHOWN) ?? [];
  const more = (detections?.length ?? 0) - shown.length;
  return (
    <Panel title="Found" aside={detections && <span className="figures font-semibold">{detections.length}</span>}>
      {shown.length === 0 ? (
        <p className="text-muted">{detections ? 'Nothing, with these settings.' : '–'}</p>
      ) : (
        <ul className="space-y-1">
          {shown.map(({ class_id, class_name, confidence, bbox, track_id }) => (
            <li key={`${class_id} ${bbox.join()}`} className="flex items-center gap-2.5">
              <span
                aria-hidden="true"
                className="size-2.5 shrink-0 rounded-[3px]"
                style={{ background: colourOf(class_name) }}
              />
              <span className="min-w-0 truncate">{class_name}</span>
              {track_id !== undefined && <span className="figures text-muted">#{track_id}</span>}
              <span className="figures ml-auto">{Math.round(confidence * 100)} %</span>
            </li>
          ))}
          {more > 0 && <li className="text-muted">and {more} more</li>}
        </ul>
      )}
    </Panel>
  );
}
