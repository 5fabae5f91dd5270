import type { TruthLine, TruthZone } from './truth.js';

/** The zones and lines of a sequence, pixels, and whether it is long enough for stays. */
export interface Places {
  readonly zones: readonly TruthZone[];
  readonly lines: readonly TruthLine[];
  readonly hasStays: boolean;
}

/** By name of the sequence. */
export const PLACES: Readonly<Record<string, Places>> = {
  'PETS09-S2L1': {
    zones: [
      {
        name: 'crossing',
        corners: [
          [260, 200],
          [480, 190],
          [520, 330],
          [240, 340],
        ],
      },
      {
        name: 'lawn',
        corners: [
          [20, 330],
          [330, 350],
          [360, 560],
          [20, 560],
        ],
      },
      {
        name: 'street',
        corners: [
          [500, 220],
          [750, 240],
          [750, 480],
          [560, 470],
          [610, 340],
        ],
      },
    ],
    lines: [
      { name: 'path', from: [300, 150], to: [290, 560] },
      { name: 'kerb', from: [40, 290], to: [740, 290] },
    ],
    hasStays: true,
  },
  'TUD-Campus': {
    zones: [
      {
        name: 'left',
        corners: [
          [60, 310],
          [230, 310],
          [230, 475],
          [60, 475],
        ],
      },
      {
        name: 'middle',
        corners: [
          [260, 310],
          [420, 310],
          [420, 475],
          [260, 475],
        ],
      },
      {
        name: 'right',
        corners: [
          [440, 310],
          [600, 310],
          [600, 475],
          [440, 475],
        ],
      },
    ],
    lines: [
      { name: 'first', from: [215, 300], to: [215, 478] },
      { name: 'second', from: [390, 300], to: [400, 478] },
    ],
    hasStays: false,
  },
};
