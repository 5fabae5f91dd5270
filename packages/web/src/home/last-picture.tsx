import type { ActivityStep, Camera } from '@lookout/protocol';
import { useState } from 'react';
import { basePath } from '../api/client.js';
import { clockTime } from '../lib/when.js';
import { t } from '../strings/index.js';
import { lastSeenOf } from './model/last-seen.js';

const words = t.home.tile;

/** What a camera that is not live saw last, as far as the server keeps a small picture of it, and of when it is. */
export function LastPicture({ camera, steps }: { camera: Camera; steps: readonly ActivityStep[] }) {
  const [missing, setMissing] = useState<string>();
  const watched = steps.findLast((step) => step.watched > 0);
  // Older ones are not kept.
  if (!watched) return null;
  // Small pictures are of moments when something was seen.
  const seenMs = lastSeenOf(camera.last_seen, [])?.atMs;
  const src =
    seenMs !== undefined && steps[0] && seenMs >= steps[0].at
      ? `${basePath}/api/cameras/${encodeURIComponent(camera.id)}/thumbnails/${Math.round(seenMs)}.jpg`
      : undefined;
  const isShown = seenMs !== undefined && src !== undefined && src !== missing;
  return (
    <>
      {isShown && (
        <img
          src={src}
          alt=""
          onError={() => setMissing(src)}
          className="absolute inset-0 size-full object-cover brightness-45 grayscale-50"
        />
      )}
      <span className="figures pointer-events-none absolute bottom-2.5 left-2.5 z-1 rounded-full bg-glass px-2.5 py-1 text-12 text-on-glass">
        {isShown ? words.pictureOf(clockTime(seenMs)) : words.noneSince(clockTime(watched.at))}
      </span>
    </>
  );
}
