import type { Page } from 'playwright-core';

/** Waits until the page shows a picture that is not blank. */
export async function pictureShown(page: Page, timeout = 20_000): Promise<void> {
  await page.waitForFunction(
    () => {
      const canvas = document.querySelector<HTMLCanvasElement>('canvas[role=img]');
      if (!canvas || canvas.width < 320 || getComputedStyle(canvas).opacity !== '1') return false;
      if (getComputedStyle(canvas).filter !== 'none') return false;
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      let least = 255;
      let most = 0;
      for (let i = 0; i < data.length; i += 400) {
        least = Math.min(least, data[i]!);
        most = Math.max(most, data[i]!);
      }
      return most - least > 60;
    },
    undefined,
    { timeout },
  );
}

/** A number that differs when the picture does. */
export function pictureHash(page: Page): Promise<number> {
  return page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('canvas[role=img]')!;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    let hash = 0;
    for (let i = 0; i < data.length; i += 4) hash = (Math.imul(hash, 31) + data[i]!) | 0;
    return hash;
  });
}

/** Non-transparent pixels of the layer of boxes in the first view of the page. @param layer or of that of zones and lines */
export function drawnBoxPixels(page: Page, layer: 'boxes' | 'regions' = 'boxes'): Promise<number> {
  return page.evaluate(
    (index) => {
      const canvas = document.querySelectorAll<HTMLCanvasElement>('canvas:not([role=img])')[index]!;
      if (canvas.width === 0 || canvas.height === 0) return 0;
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      let drawn = 0;
      for (let i = 3; i < data.length; i += 4) if (data[i]! > 0) drawn++;
      return drawn;
    },
    layer === 'boxes' ? 0 : 1,
  );
}

/** Milliseconds from `42 ms`, `1.4 s` or `3 min`; undefined for any other text. */
export function readAge(text: string): number | undefined {
  const [, number, unit] = /([\d.]+) (ms|s|min)\b/.exec(text) ?? [];
  if (number === undefined) return undefined;
  return Number(number) * (unit === 'ms' ? 1 : unit === 's' ? 1000 : 60_000);
}

/** Call it before opening the page. @returns a function that gives the page's layout shift so far, as Core Web Vitals define it */
export async function watchLayoutShift(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value);
    }).observe({ type: 'layout-shift', buffered: true });
  });
  return () =>
    page.evaluate(() => (window as unknown as { shifts: number[] }).shifts.reduce((sum, value) => sum + value, 0));
}
