import type { SystemInfo } from '@lookout/protocol';
import { t } from '../strings/index.js';

/** The origin of links, and what may keep a phone from using them. */
export interface ShareOrigin {
  /** Without a slash at the end. */
  origin: string;
  /**
   * `none`: links work on phones, including as cameras · `http`: phones can watch, but browsers allow cameras on HTTPS pages only ·
   * `this-machine`: no other device can connect.
   */
  obstacle: 'none' | 'http' | 'this-machine';
}

/**
 * Links are for other devices, so they avoid `localhost` if the server is reachable by another name.
 * @param pageOrigin of the page that shows the link
 * @param info of the server; undefined while unknown
 */
export function shareOrigin(pageOrigin: string, info: Pick<SystemInfo, 'https' | 'lan_urls'> | undefined): ShareOrigin {
  const origin = isLoopback(new URL(pageOrigin).hostname) ? (info?.lan_urls[0] ?? pageOrigin) : pageOrigin;
  const { hostname, protocol } = new URL(origin);
  if (isLoopback(hostname)) return { origin, obstacle: 'this-machine' };
  return { origin, obstacle: protocol === 'https:' ? 'none' : 'http' };
}

/** Whether a host name refers to the machine it is used on. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || /^127\./.test(hostname);
}

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

/** Where an encoder publishes to a camera by WebRTC (WHIP). @param origin of links for other devices */
export function whipAddress(origin: string, publishToken: string): string {
  return `${origin}/whip/${publishToken}`;
}

/** Where an encoder publishes to a camera over RTMP. @param origin of links for other devices */
export function rtmpAddress(origin: string, port: number, publishToken: string): string {
  return `rtmp://${new URL(origin).hostname}:${port}/live/${publishToken}`;
}
