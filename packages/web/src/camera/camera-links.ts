export interface CameraLink {
  label: string;
  url: string;
  /** A browser tab can show it. */
  openable: boolean;
}

/** @param origin of the server, e.g. `https://lookout.example` */
export function cameraLinks(cameraId: string, origin: string): CameraLink[] {
  const socket = origin.replace(/^http/, 'ws');
  const id = encodeURIComponent(cameraId);
  return [
    { label: 'MJPEG with boxes', url: `${origin}/api/cameras/${id}/mjpeg`, openable: true },
    { label: 'Latest picture', url: `${origin}/api/cameras/${id}/snapshot.jpg?annotated=1`, openable: true },
    { label: 'Viewer page', url: `${origin}/view/${id}`, openable: true },
    { label: 'Viewer that adapts to the connection', url: `${origin}/shared/${id}`, openable: true },
    { label: 'Frames and detections, WebSocket', url: `${socket}/ws/view/${id}?mode=overlay`, openable: false },
    { label: 'Frames as JSON, WebSocket', url: `${socket}/ws/stream/${id}`, openable: false },
    { label: 'JPEGs of one quality, WebSocket', url: `${socket}/websocket/75?camera=${id}`, openable: false },
    { label: 'Detections only, event stream', url: `${origin}/api/detections/stream?camera=${id}`, openable: false },
  ];
}
