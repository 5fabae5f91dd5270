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
  // WebRTC on a machine without other networks.
  '--allow-loopback-in-peer-connection',
];

export const chromiumPath = (): string => process.env.CHROMIUM ?? '/usr/bin/chromium';

/**
 * Starts Chromium without a window. @param camera a Y4M file that it plays in a loop as its camera
 * @param options.executable a program that starts it, such as a script
 * @param options.secureOrigin of a server whose pages may use the camera although they come over plain HTTP
 */
export function startChromium(
  camera?: string,
  { executable = chromiumPath(), secureOrigin }: { executable?: string; secureOrigin?: string } = {},
): Promise<Browser> {
  return chromium.launch({
    executablePath: executable,
    args: camera
      ? [
          ...QUIET_FLAGS,
          ...(secureOrigin ? [`--unsafely-treat-insecure-origin-as-secure=${secureOrigin}`] : []),
          '--use-fake-ui-for-media-stream',
          '--use-fake-device-for-media-stream',
          `--use-file-for-fake-video-capture=${camera}`,
        ]
      : QUIET_FLAGS,
  });
}
