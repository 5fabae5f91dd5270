import { type Browser, chromium } from 'playwright-core';

/** Keeps pages active although nobody looks at them, and calls nothing but the server. */
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

/** Starts Chromium without a window. @param camera a Y4M file that it plays in a loop as its camera */
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
