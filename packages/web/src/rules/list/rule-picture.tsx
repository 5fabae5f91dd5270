import type { Camera, RuleEvent, StoredRule } from '@lookout/protocol';
import { serverUrl } from '../../api/client.js';
import { cropAround } from '../../lib/crop.js';
import { t } from '../../strings/index.js';
import { StillPicture } from '../../ui/still-picture.js';
import { partsOf } from '../model/parts.js';
import { camerasOfRule, findPlace, placesOf } from '../model/places.js';
import { PlacePicture, THUMB_ASPECT } from '../place-picture.js';

/** Of a picture's height that the object takes. */
const OBJECT_SHARE = 0.5;

export interface RulePictureProps {
  rule: StoredRule;
  /** The last one; undefined: it has not fired, or is not known yet. */
  event: RuleEvent | undefined;
  cameras: readonly Camera[];
  className: string;
}

/** What a rule last found, or where it looks. */
export function RulePicture({ rule, event, cameras, className }: RulePictureProps) {
  if (event?.snapshot_url) {
    const [width, height] = event.image_size;
    const [x1, y1, x2, y2] = event.tracks[0]?.bbox ?? [0, 0, width, height];
    const box = { x: x1 / width, y: y1 / height, width: (x2 - x1) / width, height: (y2 - y1) / height };
    return (
      <StillPicture
        src={serverUrl + event.snapshot_url}
        alt={t.rules.lastPicture(event.reason)}
        aspect={THUMB_ASPECT}
        part={cropAround(box, width / height, THUMB_ASPECT, OBJECT_SHARE)}
        className={className}
      />
    );
  }
  const { where } = partsOf(rule.rule);
  const [camera] = camerasOfRule(where, cameras);
  if (!camera) return <StillPicture src={undefined} alt="" aspect={THUMB_ASPECT} className={className} />;
  const places = placesOf([camera]);
  const place =
    where.line !== undefined ? findPlace(places, 'line', where.line) : findPlace(places, 'zone', where.zone ?? '');
  return <PlacePicture camera={camera} place={place} alt="" className={className} />;
}
