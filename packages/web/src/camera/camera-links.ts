import { t } from '../strings/index.js';

export interface CameraLink {
  label: string;
  url: string;
  /** A browser tab can show it. */
  openable: boolean;
}

/** Every address that a camera is served at. @param origin of the server, e.g. `https://lookout.example` */
export function cameraLinks(cameraId: string, origin: string): CameraLink[] {
  const words = t.cameras.links;
  const socket = origin.replace(/^http/, 'ws');
  const id = encodeURIComponent(cameraId);
  return [
    { label: words.mjpeg, url: `${origin}/api/cameras/${id}/mjpeg`, openable: true },
    { label: words.snapshot, url: `${origin}/api/cameras/${id}/snapshot.jpg?annotated=1`, openable: true },
    { label: words.view, url: `${origin}/view/${id}`, openable: true },
    { label: words.shared, url: `${origin}/shared/${id}`, openable: true },
    { label: words.frames, url: `${socket}/ws/view/${id}?mode=overlay`, openable: false },
    { label: words.json, url: `${socket}/ws/stream/${id}`, openable: false },
    { label: words.quality, url: `${socket}/websocket/75?camera=${id}`, openable: false },
    { label: words.detections, url: `${origin}/api/detections/stream?camera=${id}`, openable: false },
  ];
}
