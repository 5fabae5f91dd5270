import { type Frame, openSource, type Source } from '@lookout/media';
import { startRtspServer } from '@lookout/media/testing';
import type { LookoutError } from '@lookout/protocol';
import { sleep } from '../lib/figures.js';
import { numberOptions, report } from '../lib/options.js';
import { cpuSeconds, rssMb } from '../lib/process-usage.js';

/** What the analysis of a VGA camera requests, and what a viewer gets. */
const REQUEST = {
  rgb: { width: 416, height: 320, x: 0, y: 4, contentWidth: 416, contentHeight: 312, fill: 114 },
  jpegQuality: 75,
};

/**
 * Resident memory that each H.264 RTSP camera adds: reading, decoding, and making RGB and a JPEG of each frame for which there is time
 * after the previous one. `npm run bench -- rtsp-memory [--cameras 5] [--seconds 30] [--width 640] [--height 480] [--fps 30]`
 */
export async function run(args: string[]): Promise<void> {
  const { cameras, seconds, width, height, fps } = numberOptions(args, {
    cameras: 5,
    seconds: 30,
    width: 640,
    height: 480,
    fps: 30,
  });
  const server = await startRtspServer({ width, height, fps });
  const sources: Source[] = [];
  const rendered: number[] = [];
  const open = () => {
    const index = rendered.push(0) - 1;
    sources.push(openRenderedSource(server.url, () => rendered[index]!++));
  };
  try {
    const none = rssMb(process.pid);
    open();
    await sleep(seconds * 1000);
    const one = rssMb(process.pid);
    while (sources.length < cameras) open();
    await sleep(seconds * 1000);
    const many = rssMb(process.pid);
    const cpuBefore = cpuSeconds(process.pid);
    const renderedBefore = rendered.reduce((sum, count) => sum + count);
    await sleep(5000);
    const fpsEach = (rendered.reduce((sum, count) => sum + count) - renderedBefore) / 5 / cameras;
    const ok = report(`Resident memory of RTSP cameras, ${width}×${height} at ${fps}, after ${seconds} s each`, [
      { name: 'no camera', value: none, unit: 'MB' },
      { name: 'the first camera', value: one - none, unit: 'MB' },
      { name: 'each further camera', value: (many - one) / (cameras - 1), unit: 'MB', atMost: 60 },
      { name: 'rendered by each', value: fpsEach, unit: '1/s', atLeast: fps / 4 },
      { name: 'processor of each', value: (cpuSeconds(process.pid) - cpuBefore) / 5 / cameras, unit: 'cores' },
    ]);
    if (!ok) process.exitCode = 1;
  } finally {
    await Promise.all(sources.map((source) => source.close()));
    await server.stop();
  }
}

function openRenderedSource(url: string, onRendered: () => void): Source {
  let busy = false;
  const onFrame = (frame: Frame) => {
    if (busy || frame.kind !== 'video') return;
    busy = true;
    frame
      .render(REQUEST)
      .then(onRendered, (error: LookoutError) => {
        // On a busy machine, newer frames push it out.
        if (error.code !== 'frame_gone') throw error;
      })
      .finally(() => {
        busy = false;
      });
  };
  const ignore = () => {};
  const source = openSource(url, {}, { onFrame, onInfo: ignore, onBytes: ignore, onInvalid: ignore, onState: ignore });
  source.start();
  return source;
}
