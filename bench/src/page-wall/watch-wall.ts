import type { Page } from 'playwright-core';
import { monotonicMs, sleep } from '../lib/figures.js';

export interface MeasuredWall {
  /** Pictures drawn on each canvas, per second. */
  drawnFps: number[];
  /** As the page says, of all cameras together, once a second. */
  delaysMs: number[];
  longestTaskMs: number;
  /** Tasks of the page over 50 ms. */
  longTasks: number;
  layoutShift: number;
}

const WATCH_SCRIPT = `(() => {
  window.wall = { drawn: new Map(), tasks: [], shift: 0 };
  const { drawImage } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.drawImage = function (...given) {
    drawImage.apply(this, given);
    if (this.canvas.getAttribute('role') === 'img') window.wall.drawn.set(this.canvas, (window.wall.drawn.get(this.canvas) ?? 0) + 1);
  };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.wall.tasks.push(duration);
  }).observe({ type: 'longtask' });
  new PerformanceObserver((list) => {
    for (const { value } of list.getEntries()) window.wall.shift += value;
  }).observe({ type: 'layout-shift', buffered: true });
})()`;
const RESET_SCRIPT = 'window.wall.tasks.length = 0, window.wall.drawn.clear()';
const READ_SCRIPT = `({ drawn: [...window.wall.drawn.values()], tasks: window.wall.tasks, shift: window.wall.shift,
  views: document.querySelectorAll('canvas[role=img]').length })`;
const DELAY_SCRIPT = `[...document.querySelectorAll('article')].map((tile) => tile.innerText)`;

/** Counts what a wall draws. To be called before the page is opened. */
export async function watchWall(page: Page): Promise<{ measure(seconds: number): Promise<MeasuredWall> }> {
  await page.addInitScript(WATCH_SCRIPT);
  return { measure: (seconds) => measure(page, seconds) };
}

/** @throws Error if a camera shows no picture at all */
async function measure(page: Page, seconds: number): Promise<MeasuredWall> {
  const delaysMs: number[] = [];
  await page.evaluate(RESET_SCRIPT);
  const begin = monotonicMs();
  for (let i = 0; i < seconds; i++) {
    await sleep(1000);
    const tiles = (await page.evaluate(DELAY_SCRIPT)) as string[];
    delaysMs.push(...tiles.flatMap((text) => delayIn(text) ?? []));
  }
  const tookS = (monotonicMs() - begin) / 1000;
  const { drawn, tasks, shift, views } = (await page.evaluate(READ_SCRIPT)) as {
    drawn: number[];
    tasks: number[];
    shift: number;
    views: number;
  };
  if (views === 0 || drawn.length < views) throw new Error(`${drawn.length} of ${views} cameras show a picture`);
  return {
    drawnFps: drawn.map((count) => count / tookS),
    delaysMs,
    longestTaskMs: Math.max(0, ...tasks),
    longTasks: tasks.length,
    layoutShift: shift,
  };
}

/** From `Delay 42 ms` or `Delay 1.2 s`. */
function delayIn(text: string): number | undefined {
  const [, number, unit] = /Delay ([\d.]+) (ms|s)\b/.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) * (unit === 's' ? 1000 : 1);
}
