import type { Hint } from './json-values.js';

/** What fields are given so that requests get behind the door. Nothing of it leads beyond this machine. */
export function fuzzHint({ jpeg, cameraUrl }: { jpeg: Buffer; cameraUrl: string }): Hint {
  const base64 = jpeg.toString('base64');
  const urls = [
    cameraUrl,
    'demo:street',
    'http://127.0.0.1:9/stream',
    'rtsp://admin:hunter2@127.0.0.1:9/live',
    'rtmp://127.0.0.1:9/live/x',
    'srt://127.0.0.1:9',
    'file:///etc/passwd',
    'file:///nothing/here.mp4',
    '/dev/video99',
    'gopher://127.0.0.1/',
    'http://[::1',
    'javascript:alert(1)',
  ];
  return (name, random) => {
    switch (name) {
      case 'image_data':
        return random.chance(0.5) ? base64 : `data:image/jpeg;base64,${base64}`;
      case 'url':
        return random.pick(urls);
      case 'classes':
      case 'class':
        return random.pick(['person', 'car']);
      case 'version':
        return '1';
      case 'quality':
        return String(random.integer(30, 95));
      default:
        return undefined;
    }
  };
}
