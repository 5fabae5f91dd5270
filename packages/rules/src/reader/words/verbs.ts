/** Verbs and predicates, by what they say that something does. */

/**
 * `be`: is there or seen. `go`: moves along; the words after it say where. `gone`: is no longer there. `take`: somebody takes it. `alone`: nobody
 * is with it. `unmanned`: nobody is at a place. `gather`, `occupied`: a question. `vague`: nothing a camera can tell.
 */
export type VerbKind =
  | 'be'
  | 'enter'
  /** Both ways: "in or out of". */
  | 'enter-or-leave'
  | 'leave'
  | 'stay'
  | 'stop'
  | 'cross'
  | 'go'
  | 'pass'
  | 'move'
  | 'turn'
  | 'approach'
  | 'fast'
  | 'slow'
  | 'fall'
  | 'gone'
  | 'take'
  | 'alone'
  | 'unmanned'
  | 'empty'
  | 'wear'
  | 'see'
  | 'together'
  | 'gather'
  | 'crowded'
  | 'unclear'
  | 'vague';

export interface Verb {
  readonly kind: VerbKind;
  /** Only people do it, so that a subject need not be said. */
  readonly people?: boolean;
  /** Only vehicles do it. */
  readonly vehicles?: boolean;
  /** What it is read as, where the word says something else or more. */
  readonly means?: string;
  /** Ends in a word that may rather belong to a place: "walks in | the garden". */
  readonly particle?: boolean;
  /** A participle or adjective that needs no "is": "parked", "unattended". */
  readonly state?: boolean;
}

type Entry = readonly [pattern: string, verb: Verb];

const entries = (verb: Verb, ...patterns: string[]): Entry[] => patterns.map((pattern) => [pattern, verb] as const);

/** Moving along in a way that says no more than that. */
const PLAIN_MOTION = 'go~|come~|walk~|drive~|step~|head~|wander~|stroll~|roll~|travel~|proceed~|get~|pull~';
/** Moving along in a way of its own. */
const OTHER_MOTION =
  'climb~|jump~|hop~|creep~|crawl~|sneak~|slip~|ride~|cycle~|march~|hike~|jog~|reverse~|back~|fly~|swim~|sail~|squeeze~|stray~|stumble~|stagger~|limp~|tiptoe~';

export const VERBS: readonly Entry[] = [
  ...entries(
    { kind: 'fall', people: true },
    'fall~ [over/down/to the ground/to the floor/on the ground/on the floor/onto the floor/flat]',
    'collapse~ [on/to/onto the floor/ground]',
    'faint~',
    'pass~ out',
    'keel~ over',
    'tumble~ [over/down/to the ground/to the floor]',
    'slip~|trip~|stumble~ and fall~ [over/down]',
    'take~|have~ a fall|tumble',
    'topple~ over',
    'drop~ to the ground|floor',
    'be fallen',
    'have~ fallen [over/down]',
    'fall~ and do not get up',
    'fall~ over and do not get up',
  ),
  ...entries({ kind: 'fall', people: true, state: true }, 'fallen|collapsed'),
  ...entries(
    { kind: 'stop' },
    'stop~ [moving/dead/still/completely]',
    'halt~',
    'come~ to a|an|its|their [complete/full/dead] stop|halt|standstill|rest',
    'come~ to rest|standstill',
    'grind~ to a halt',
    'make~ a stop',
    'stand~|keep~|stay~|sit~|remain~ [completely/perfectly] still|motionless|stationary',
    'stand~ stock still',
    'break~ down',
    'pull~ over|up',
    'stall~',
    'cease~ moving',
  ),
  ...entries(
    { kind: 'stop', state: true },
    'stationary|motionless|immobile|standstill|stalled',
    'broken down',
    'at a standstill',
    'at rest',
    'stopped|halted',
  ),
  ...entries(
    { kind: 'stay' },
    'stay~ [put/around/behind/there]',
    'remain~ [there/behind]',
    'linger~ [around/about/there]',
    'dwell~',
    'stand~ [around/about/there/waiting/parked]',
    'wait~ [around/about/there]',
    'stick~ around',
    'stop~ and wait~',
    'spend~',
    'tarry~',
    'hover~ [around/about]',
    'sit~ parked|waiting|idle',
    'hold~ position',
    'keep~ standing|waiting|hanging|lingering [around/about]',
    'be~ still there',
  ),
  ...entries({ kind: 'stay', vehicles: true }, 'park~ [up]'),
  ...entries({ kind: 'stay', people: true }, 'loiter~ [around/about/there]', 'linger~ [around/about]'),
  ...entries(
    { kind: 'stay', people: true, means: 'staying' },
    'hang~ around|about|out [there]',
    'lurk~ [around/about]',
    'loaf~ [around/about]',
    'mill~ around|about',
    'dawdle~',
    'prowl~ [around/about]',
  ),
  ...entries(
    { kind: 'stay', state: true },
    'parked [up]',
    'standing|waiting|lingering|remaining|staying [around/about/there]',
    'left parked|standing|waiting|there',
  ),
  ...entries(
    { kind: 'cross' },
    'cross~ [over]',
    'step~|go~|get~|walk~|drive~|ride~|roll~ over',
    'traverse~',
    'breach~',
    'overstep~',
    'transgress~',
  ),
  ...entries(
    { kind: 'enter' },
    'enter~ [into]',
    'come~|be~ into view|sight|frame|shot',
    'set~ foot in|into|on|onto|inside',
    'intrude~ [into/in/on/upon]',
    'make~ it|its|their way into',
    'gain~ access|entry|entrance [to]',
    'get~ access to',
    'arrive~ [at/in/on]',
    'reach~',
    'invade~',
    'pull~ into',
    'come~ in from',
  ),
  ...entries(
    { kind: 'enter', means: 'entering' },
    'break~ into|in',
    'force~ entry into',
    'infiltrate~',
    'access~',
    'barge~ in|into',
    'show~ up inside',
    'sneak~|slip~|creep~|squeeze~|stray~ into|inside',
  ),
  ...entries({ kind: 'enter', means: 'entering', particle: true }, 'sneak~|slip~|creep~|squeeze~|stray~ in'),
  ...entries({ kind: 'leave' }, 'leave~', 'exit~', 'depart~ [from]', 'escape~ [from]', 'vacate~', 'quit~'),
  ...entries(
    { kind: 'leave', particle: true },
    'go~|come~|walk~|drive~|get~|move~|pull~|head~|climb~|jump~|ride~ out|off|outside',
    'make~ its|their way out',
    'drive~|go~|pull~|ride~ away',
    'clear~ off',
    'wander~|stray~ off',
  ),
  ...entries({ kind: 'enter', particle: true }, 'go~|come~|walk~|drive~|get~|step~|pull~|ride~ in|inside'),
  ...entries(
    { kind: 'leave', means: 'leaving' },
    'break~ out [of]',
    'flee~ [from]',
    'slip~|sneak~|creep~|crawl~|squeeze~ out',
    'abscond~ [from]',
    'run~ away|off',
  ),
  ...entries(
    { kind: 'gone' },
    'disappear~ [from view/from sight]',
    'vanish~ [from view/from sight]',
    'go~ missing',
    'be gone|missing',
    'be~ no longer there|present|visible|around',
    'be~ not there|present any more|longer',
    'be~ not there anymore',
    'get~|be~ taken|stolen|removed|nicked|pinched|swiped [away/out/off]',
    'walk~ off',
  ),
  ...entries({ kind: 'gone', state: true }, 'gone|missing|taken|stolen|removed|nicked|pinched [away/out/off]'),
  ...entries(
    { kind: 'take' },
    'take~ [away/off/out]',
    'steal~',
    'remove~',
    'nick~',
    'pinch~',
    'swipe~',
    'make~ off with',
    'walk~ off with',
    'run~ off with',
    'nab~',
    'carry~ off|away',
    'grab~',
  ),
  ...entries(
    { kind: 'fast', means: 'faster than normal' },
    'rush~ [through/around/about/along/past]',
    'sprint~',
    'race~',
    'dash~',
    'speed~ [along/past/through/by]',
    'hurtle~',
    'bolt~',
    'gallop~',
    'zoom~ [along/past/through/by]',
  ),
  ...entries(
    { kind: 'fast', people: true, means: 'faster than normal' },
    'run~ [around/about/along/fast/quickly]',
    'sprint~',
    'be~ running|sprinting',
  ),
  ...entries(
    { kind: 'slow', means: 'slower than normal' },
    'dawdle~',
    'inch~ along|forward',
    'slow~ down',
    'slow~',
    'crawl~ along',
    'trundle~ along',
  ),
  ...entries({ kind: 'move' }, 'move~ [around/about/along/on]', 'turn~'),
  ...entries(
    { kind: 'enter-or-leave' },
    'go~|come~|walk~|drive~|get~|move~|step~ (in/into/in to) or (out of/out)',
    'go~|come~|walk~|drive~|get~|move~|step~ (out of/out) or (in/into/in to)',
    'go~|come~|walk~|drive~ in and out [of]',
  ),
  ...entries({ kind: 'go', particle: true }, 'walk~|wander~|drive~|stroll~ about|around'),
  ...entries({ kind: 'pass' }, 'pass~ [by]', 'drive~|walk~|go~ by'),
  ...entries(
    { kind: 'approach' },
    'approach~',
    'come~|get~|go~|draw~|move~ [too] near|nearer|close|closer [to]',
    'walk~|drive~|run~|move~|come~|go~|step~ up to',
  ),
  ...entries({ kind: 'go' }, PLAIN_MOTION, 'move~ through|along', 'make~ its|their way'),
  ...entries({ kind: 'go', means: 'moving' }, OTHER_MOTION),
  ...entries(
    { kind: 'alone', state: true },
    'unattended|unaccompanied|unsupervised|abandoned|untended',
    'left unattended|alone|behind|unsupervised|abandoned|unaccompanied',
    'left lying around|about',
    'be~ left unattended|alone|behind|unsupervised|abandoned|unaccompanied|lying [around/about]',
    'unattended to',
    'standing|lying|sitting|left [around] unattended',
    'with nobody|noone around|near|nearby|about',
    'with no one around|near|nearby|about',
    'with nobody near|around|with it|them',
  ),
  ...entries({ kind: 'alone' }, 'stand~|sit~|lie~|remain~|stay~ unattended|unsupervised|abandoned'),
  ...entries(
    { kind: 'unmanned', people: true, state: true },
    'unmanned|unstaffed|deserted',
    'left unmanned|unstaffed',
    'not manned|staffed|attended',
  ),
  ...entries({ kind: 'empty', state: true }, 'empty|vacant|unoccupied|clear|free', 'left empty'),
  ...entries(
    { kind: 'crowded', state: true },
    'crowded|overcrowded|busy|packed|full|congested|rammed|jammed|heaving',
    'over capacity',
    'too crowded|busy|full',
    'overcrowding|congestion',
  ),
  ...entries(
    { kind: 'gather' },
    'gather~ [together/around/up]',
    'crowd~ [around/together]',
    'queue~ [up]',
    'queueing [up]',
    'congregate~',
    'cluster~ [together]',
    'assemble~',
    'line~ up',
    'pile~ up',
    'build~ up',
    'form~ a queue|crowd|line',
  ),
  ...entries({ kind: 'wear' }, 'wear~', 'have~ on'),
  ...entries(
    { kind: 'vague' },
    'carry~',
    'hold~',
    'push~',
    'pull~',
    'drag~',
    'load~',
    'unload~',
    'feed~',
    'walk~ a|the|his|her|their|my|its dog',
    'ride~ a|the|on a|his|her|their',
    'drive~ a|the|his|her|their',
    'run~|climb~|jump~|hop~|leap~|vault~|scramble~|clamber~ over',
    'run~ away|off from',
  ),
  ...entries(
    { kind: 'see' },
    'see~',
    'spot~',
    'detect~',
    'show~',
    'capture~',
    'catch~',
    'pick~ up',
    'record~',
    'notice~',
    'watch~',
    'view~',
  ),
  ...entries(
    { kind: 'together', state: true },
    'together',
    'side by side',
    '(next to/close to/beside/near) (each other/one another)',
    'close together',
  ),
  ...entries(
    { kind: 'be' },
    'appear~ [in view/on camera/on screen]',
    'show~ up',
    'turn~ up',
    'pop~ up',
    'be~ present|visible|around|about|there|seen|spotted|detected|noticed|found|recognised|recognized|recorded|sighted|observed|here|out [there]',
    'exist~',
    'get~ seen|spotted|detected',
    'be~ in view|sight|frame|shot',
    'be~ on camera|screen',
    'can be seen',
    'be~ somewhere',
    'be~ picked up',
  ),
  ...entries(
    { kind: 'be', state: true },
    'present|visible|seen|spotted|detected|noticed|sighted|observed|found|showing',
  ),
  ...entries({ kind: 'empty' }, 'be~ not occupied', 'off limits', 'out of bounds'),
  ...entries({ kind: 'enter' }, 'entry|access|admittance [to/into]'),
  ...entries(
    { kind: 'unclear' },
    'trespass~ [in/into/on/onto]',
    'occupy~',
    'block~',
    'obstruct~',
    'use~',
    'visit~',
    'attend~',
    'cover~',
    'touch~',
    'pace~ [around/up and down]',
    'patrol~',
    'circle~',
    'return~',
    'come~ back',
  ),
  ...entries({ kind: 'unclear', state: true }, 'occupied|blocked|obstructed|used'),
  ...entries(
    { kind: 'vague' },
    'act~|behave~|look~|move~|seem~ [very/really/a bit/rather] suspicious|suspiciously|strange|strangely|odd|oddly|weird|weirdly|erratically|aggressively|shady|dodgy|unusual|unusually|abnormally|drunk|lost|violent|violently|threatening',
    'be~ up to no good|something|mischief',
    'misbehave~',
    'cause~ trouble',
    'make~ trouble',
    'do~ something|anything [suspicious/odd/strange/weird/unusual/wrong/illegal/bad/stupid/dangerous]',
    'mess~ around|about',
    'make~|do~|perform~ a u turn',
    'u turn~',
    'snoop~ [around/about]',
    'behave~',
    'sit~ [down/around/up]',
    'lie~ [down/around]',
    'sleep~',
    'rest~',
  ),
];
