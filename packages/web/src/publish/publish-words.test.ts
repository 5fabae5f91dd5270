import { describe, expect, it } from 'vitest';
import type { PublishView } from './publish-store.js';
import { formatKbit, reasonInWords, statusOf, targetInWords } from './publish-words.js';

type Given = Parameters<typeof statusOf>[0];

const LIVE: Given = {
  source: { state: 'live' },
  choice: { kind: 'camera' },
  link: { state: 'live', reason: '' },
  paused: false,
  stats: undefined,
};

const silent = { capture: { fps: 0 } } as PublishView['stats'];

describe('statusOf', () => {
  it.each<[string, Partial<Given>, string, string | undefined]>([
    ['all is well', {}, 'Live', undefined],
    ['before anything', { source: { state: 'off' }, link: undefined }, 'Off', undefined],
    ['while the browser asks', { source: { state: 'opening' }, link: undefined }, 'Opening', 'Opening the camera'],
    ['first attempt', { link: { state: 'connecting', reason: 'connecting' } }, 'Connecting', undefined],
    ['paused', { link: { state: 'paused', reason: 'paused' }, paused: true }, 'Paused', 'Paused'],
    [
      'a lost network',
      { link: { state: 'reconnecting', reason: 'the network stopped' } },
      'Reconnecting',
      'Reconnecting',
    ],
    [
      'another publisher',
      { link: { state: 'replaced', reason: '' } },
      'Taken over',
      'Another device is now this camera',
    ],
    ['a link taken back', { link: { state: 'refused', reason: '' } }, 'Refused', 'This link no longer works'],
    ['a camera that gives nothing', { stats: silent }, 'No picture', 'The camera sends no picture'],
    ['a screen that does not change', { stats: silent, choice: { kind: 'screen' } }, 'Live', undefined],
    [
      'the camera’s own trouble before the network’s',
      {
        source: {
          state: 'lost',
          problem: { code: 'lost', title: 'The camera was disconnected', advice: 'Plug it in' },
        },
        link: { state: 'reconnecting', reason: '' },
      },
      'Disconnected',
      'The camera was disconnected',
    ],
  ])('tells of %s', (_name, changes, label, title) => {
    const status = statusOf({ ...LIVE, ...changes });
    expect(status.label).toBe(label);
    expect(status.notice?.title).toBe(title);
  });

  it('makes a sentence of a reason', () => {
    const { notice } = statusOf({ ...LIVE, link: { state: 'reconnecting', reason: 'the connection was lost' } });
    expect(notice?.advice).toBe('The connection was lost.');
  });
});

describe('words', () => {
  it('tells what is asked for, and why', () => {
    expect(targetInWords({ fps: 24.4, quality: 0.7 })).toBe('24 fps, quality 70 %');
    expect(targetInWords({ fps: 5, quality: 0.3, width: 640 })).toBe('5 fps, quality 30 %, 640 wide');
    expect(reasonInWords('inference-load')).toBe('the server is busy');
    expect(reasonInWords('some-new-reason')).toBe('some new reason');
  });

  it('tells rates', () => {
    expect([0, 850.4, 2400, 13_260].map(formatKbit)).toEqual(['0 kbit/s', '850 kbit/s', '2.4 Mbit/s', '13.3 Mbit/s']);
  });
});
