import type { Camera, RuleEvent, StoredRule } from '@lookout/protocol';
import { EventPicture } from '../../events/event-picture.js';
import { StillPicture } from '../../ui/still-picture.js';
import { partsOf } from '../model/parts.js';
import { camerasOfRule, findPlace, placesOf } from '../model/places.js';
import { PlacePicture, THUMB_ASPECT } from '../place-picture.js';

export interface RulePictureProps {
  rule: StoredRule;
  /** The last one; undefined: it has not fired, or is not known yet. */
  event: RuleEvent | undefined;
  cameras: readonly Camera[];
  className: string;
}

/** What a rule last found, or where it looks. */
export function RulePicture({ rule, event, cameras, className }: RulePictureProps) {
  if (event?.snapshot_url) return <EventPicture event={event} aspect={THUMB_ASPECT} className={className} />;
  const { where } = partsOf(rule.rule);
  const [camera] = camerasOfRule(where, cameras);
  if (!camera) return <StillPicture src={undefined} alt="" aspect={THUMB_ASPECT} className={className} />;
  const places = placesOf([camera]);
  const place =
    where.line !== undefined ? findPlace(places, 'line', where.line) : findPlace(places, 'zone', where.zone ?? '');
  return <PlacePicture camera={camera} place={place} alt="" className={className} />;
}
