/** Words for speeds and directions. */

/** How fast: after or before a verb of moving. */
export const SPEEDS: ReadonlyArray<readonly [pattern: string, level: 'fast' | 'slow']> = [
  [
    '[too/very/really/unusually/abnormally/extremely/so/quite/far too/way too/dangerously/excessively/pretty] fast|quickly|speedily|rapidly|swiftly',
    'fast',
  ],
  [
    '[too/very/really/unusually/abnormally/extremely/so/quite/far too/way too/dangerously/excessively/suspiciously/pretty] slow|slowly',
    'slow',
  ],
  ['faster than normal|usual', 'fast'],
  ['slower than normal|usual', 'slow'],
  ['more slowly than normal|usual', 'slow'],
  ['more quickly than normal|usual', 'fast'],
  ['at [a] [very] [too] high|full|excessive|top|great|breakneck speed', 'fast'],
  ['at speed', 'fast'],
  ['at [a] [very/unusually] low|slow speed', 'slow'],
];

/** Which way in the picture, or along a line. */
export const DIRECTIONS: ReadonlyArray<
  readonly [
    pattern: string,
    direction: 'left' | 'right' | 'up' | 'down' | 'toward' | 'away' | 'forward' | 'backward' | 'any',
  ]
> = [
  ['from [the] right to [the] left', 'left'],
  ['right to left', 'left'],
  ['to|towards|toward the left [side] [of the picture/of the frame/of the image/of the screen/in the picture]', 'left'],
  ['left|leftward|leftwards', 'left'],
  ['from [the] left to [the] right', 'right'],
  ['left to right', 'right'],
  [
    'to|towards|toward the right [side] [of the picture/of the frame/of the image/of the screen/in the picture]',
    'right',
  ],
  ['right|rightward|rightwards', 'right'],
  ['up|upward|upwards', 'up'],
  ['from [the] bottom to [the] top', 'up'],
  ['bottom to top', 'up'],
  ['down|downward|downwards', 'down'],
  ['from [the] top to [the] bottom', 'down'],
  ['top to bottom', 'down'],
  ['(to/towards/toward/up to/at) the|this|our|my|that camera|lens', 'toward'],
  ['to|towards|toward|at camera|us|me|you|viewer', 'toward'],
  ['closer to the camera', 'toward'],
  ['nearer to the camera', 'toward'],
  ['nearer|closer', 'toward'],
  ['[further] away from [the/this/our/my/that] camera|lens|us|me|viewer', 'away'],
  ['away', 'away'],
  ['further|farther away', 'away'],
  ['[in] [the/a] forward|forwards direction', 'forward'],
  ['forward|forwards', 'forward'],
  ['[in] [the/a] backward|backwards|reverse direction', 'backward'],
  ['backward|backwards', 'backward'],
  ['in either|any|both|every direction|directions', 'any'],
  ['either|both|any way|ways|direction|directions', 'any'],
  ['(whatever/regardless of/no matter/irrespective of) [the/which/what] direction|way', 'any'],
  ['in whichever|whatever direction', 'any'],
  ['from either|any|both side|sides|direction|directions', 'any'],
];

/** Directions that the user can't know as the line is drawn or the picture shows them. */
export const UNKNOWN_DIRECTIONS: readonly string[] = [
  'inward|inwards|outward|outwards|inbound|outbound|sideways|diagonally|clockwise|anticlockwise|counterclockwise',
  'north|south|east|west|northward|southward|eastward|westward|northwards|southwards|eastwards|westwards|northbound|southbound|eastbound|westbound|uphill|downhill|upstream|downstream|upstairs|downstairs|homeward|homewards',
  '[in] [a] [the] north|south|east|west|northerly|southerly|easterly|westerly|northern|southern|eastern|western [direction]',
  'to|towards|toward the north|south|east|west',
  'from [the] north|south|east|west [to/towards] [the] [north/south/east/west]',
  '[in/from] the wrong|opposite|other|right|correct|same way|direction|side|end',
  'in the opposite|wrong|other|right|correct|same direction',
  'against the traffic|flow|current|direction [of traffic]',
  'against traffic',
  'the wrong way [round]',
  'wrong way',
  'from the inside|outside|street|road|yard|house [to/into] [the] [outside/inside/street/yard/house]',
  'from outside|inside|within [to] [inside/outside]',
  'in one direction',
  'up and down',
  'back and forth',
  'to and fro',
  'on the way in|out|back',
];
