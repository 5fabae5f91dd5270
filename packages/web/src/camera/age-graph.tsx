import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import type { LiveMeter } from '../player/live-meter.js';
import { onThemeChange } from '../ui/theme.js';

const HEIGHT = 132;
const SECONDS = 60;

/** Ages of the last minute, the worst of each quarter second, with the marks at 100 and 300 ms where they fit. */
export function AgeGraph({ meter }: { meter: LiveMeter }) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = host.current!;
    let plot = createPlot(element);
    const draw = () => {
      const { secondsAgo, agesMs } = meter.history(performance.now());
      plot.setData([secondsAgo, agesMs.map((age) => (Number.isNaN(age) ? null : age))]);
    };
    draw();
    const stopListening = meter.subscribe(draw);
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    const stopTheme = onThemeChange(() => {
      plot.destroy();
      plot = createPlot(element);
      draw();
    });
    return () => {
      stopListening();
      stopTheme();
      observer.disconnect();
      plot.destroy();
    };
  }, [meter]);
  return (
    <div ref={host} role="img" aria-label="Delay of the picture over the last minute" style={{ height: HEIGHT }} />
  );
}

function createPlot(element: HTMLElement): uPlot {
  // A canvas takes colours only, and the theme's are functions of the theme: a property of an element has the colour of now.
  const colour = (name: string) => {
    element.style.color = `var(${name})`;
    return getComputedStyle(element).color;
  };
  const axis = {
    stroke: colour('--muted'),
    font: '11px system-ui, sans-serif',
    ticks: { show: false },
    grid: { stroke: colour('--line'), width: 1 },
  };
  const plot = new uPlot(
    {
      width: element.clientWidth,
      height: HEIGHT,
      padding: [8, 14, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: [-SECONDS, 0] },
        // At least 100 ms high, so that a calm line is low and not a noise that fills the graph
        y: { range: (_plot, _min, max) => [0, Math.max(100, Math.ceil((max || 0) / 50) * 50)] },
      },
      axes: [
        {
          ...axis,
          size: 22,
          splits: () => [-60, -45, -30, -15, 0],
          values: (_plot, at) => at.map((s) => (s ? `${s} s` : 'now')),
        },
        {
          ...axis,
          size: 40,
          splits: (_plot, _axis, _min, max) => [0, max / 2, max],
          values: (_plot, at) => at.map((ms) => (ms ? `${Math.round(ms)}` : '0 ms')),
        },
      ],
      series: [
        {},
        {
          stroke: colour('--accent'),
          width: 1.5,
          fill: colour('--accent-soft'),
          spanGaps: false,
          points: { show: false },
        },
      ],
    },
    [[], []],
    element,
  );
  element.style.color = '';
  return plot;
}
