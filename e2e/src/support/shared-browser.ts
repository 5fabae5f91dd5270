import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { ALLOW_CAMERA, streetAsCamera } from './fake-camera.js';
import { chromiumOptions } from './launch-browser.js';

/** The clip's own rate, low enough for a machine that encodes the frames besides everything else. */
const CAMERA_FPS = 10;

/** Chromium without windows, which Playwright uses by default: a page takes two thirds of the processor time. */
const HEADLESS_SHELL = '/usr/bin/chromium-headless-shell';

/**
 * One Chromium for the whole run; each test has its own profile in it. Its camera shows the demo street to every page, and every name that
 * ends in `.test` resolves to this machine.
 */
export default async function startSharedBrowser(project: TestProject): Promise<() => Promise<void>> {
  const camera = streetAsCamera(CAMERA_FPS);
  const flags = [
    ALLOW_CAMERA,
    ...camera.flags,
    '--host-resolver-rules=MAP *.test 127.0.0.1',
    // WebRTC on a machine without other networks.
    '--allow-loopback-in-peer-connection',
  ];
  const browser = await chromium.launchServer(chromiumOptions(flags, HEADLESS_SHELL));
  project.provide('browserEndpoint', browser.wsEndpoint());
  project.provide('cameraFlags', camera.flags);
  return async () => {
    await browser.close();
    camera.remove();
  };
}
