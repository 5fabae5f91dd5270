import type { RuleEvent } from '@lookout/protocol';
import { basePath } from '../api/client.js';
import { cropAround } from '../lib/crop.js';
import { t } from '../strings/index.js';
import { StillPicture } from '../ui/still-picture.js';
import { usePictureTrouble } from './picture-trouble.js';

/** Of the view's height that the object takes. */
const OBJECT_SHARE = 0.5;

export interface EventPictureProps {
  event: RuleEvent;
  /** Width ÷ height of the view. */
  aspect: number;
  /** Of the view's height that the object takes; default: half. */
  share?: number;
  className?: string;
}

/** An event's picture, cropped to what it is about; with its boxes and its area, as the server draws them. */
export function EventPicture({ event, aspect, share = OBJECT_SHARE, className }: EventPictureProps) {
  const [trouble, onBroken] = usePictureTrouble(event);
  const [width, height] = event.image_size;
  const [x1, y1, x2, y2] = event.tracks[0]?.bbox ?? [0, 0, width, height];
  const box = { x: x1 / width, y: y1 / height, width: (x2 - x1) / width, height: (y2 - y1) / height };
  return (
    <StillPicture
      src={event.snapshot_url === null ? undefined : basePath + event.snapshot_url}
      alt={t.events.one.picture(event.reason)}
      aspect={aspect}
      trouble={trouble}
      onBroken={onBroken}
      part={cropAround(box, width / height, aspect, share)}
      {...(className !== undefined && { className })}
    />
  );
}
