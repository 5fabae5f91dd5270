import { type Browser, chromium } from 'playwright-core';

/** Pages that nobody looks at work on as if somebody did, and nothing but the server is called. */
const QUIET_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
];

/** Starts Chromium without a window. @param camera a Y4M file that it takes for its camera, over and over */
export function startChromium(camera?: string): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: camera
      ? [
          ...QUIET_FLAGS,
          '--use-fake-ui-for-media-stream',
          '--use-fake-device-for-media-stream',
          `--use-file-for-fake-video-capture=${camera}`,
        ]
      : QUIET_FLAGS,
  });
}
