import type { Camera } from '@lookout/protocol';
import { serverUrl } from '../api/client.js';
import { cropAround } from '../lib/crop.js';
import { PictureRegions, StillPicture } from '../ui/still-picture.js';
import { extentOf, type Place, regionsOf } from './model/places.js';

/** Width ÷ height of small pictures. */
export const THUMB_ASPECT = 1.6;
/** Of the picture's height that an area or a line takes. */
const PLACE_SHARE = 0.6;

export interface PlacePictureProps {
  camera: Camera;
  /** Cropped to it; undefined: the whole picture. */
  place?: Place | undefined;
  /** Empty where its name stands beside it. */
  alt: string;
  className?: string;
}

/** What a camera sees now, around an area or a line. */
export function PlacePicture({ camera, place, alt, className = '' }: PlacePictureProps) {
  const aspect = aspectOf(camera);
  return (
    <StillPicture
      src={camera.state === 'live' ? snapshotUrl(camera.id) : undefined}
      alt={alt}
      aspect={THUMB_ASPECT}
      part={cropAround(place ? extentOf(place) : WHOLE_PICTURE, aspect, THUMB_ASPECT, place ? PLACE_SHARE : 1)}
      className={className}
    >
      {place && <PictureRegions regions={regionsOf(place)} aspect={aspect} />}
    </StillPicture>
  );
}

/** The colour of an area or a line, as it is drawn. */
export function Swatch({ color }: { color: string }) {
  return <span aria-hidden="true" className="size-2.75 shrink-0 rounded-[4px]" style={{ background: color }} />;
}

export function snapshotUrl(cameraId: string): string {
  return `${serverUrl}/api/cameras/${encodeURIComponent(cameraId)}/snapshot.jpg`;
}

/** Width ÷ height of a camera's picture. */
export function aspectOf({ width = 16, height = 9 }: Camera): number {
  return width / height;
}

const WHOLE_PICTURE = { x: 0, y: 0, width: 1, height: 1 };
