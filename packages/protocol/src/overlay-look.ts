import type { Detection } from './detection.js';

/**
 * How boxes and labels look, both on a page's canvas and burnt into a picture. Lengths are CSS pixels on a page; in a picture they scale
 * with its height relative to `referenceHeight`.
 */
export const OVERLAY_LOOK = {
  /** Picture height, pixels, at which burnt-in boxes have exactly these lengths. */
  referenceHeight: 720,
  /** Narrower views use the `narrow` lengths. */
  narrowBelow: 640,
  /** Narrower views have no overlay. */
  minViewWidth: 240,
  /** The line lies inside the box, the halo around it. */
  line: { regular: 2, narrow: 1.5 },
  corner: { regular: 6, narrow: 5 },
  /** Relative to the box's shorter side. */
  maxCornerShare: 0.2,
  halo: { width: 1, opacity: 0.45 },
  /** For an object that is not confirmed: dashed, without halo and label. */
  guess: { line: 1, dash: 4, gap: 3, opacity: 0.85 },
  /** For an object that set off a warning, until the event ends. `colour` is `0xrrggbb`. */
  alarm: { colour: 0xff5b4d, line: { regular: 2.5, narrow: 1.5 } },
  /** An area that rules refer to. `fill` is an opacity. */
  zone: { line: 1.5, fill: 0.12, firing: { line: 2.5, fill: 0.2 } },
  /** A line that objects cross, with an arrow to its `forward` side. */
  crossing: {
    line: 2,
    firingLine: 2.5,
    /** Relative to the picture's width. */
    arrowShare: 0.055,
    /** Relative to the arrow. */
    headShare: 0.48,
    headAngle: Math.PI / 4.5,
    /** Narrower views do not name lines. */
    namedFrom: 480,
  },
  label: {
    height: { regular: 22, narrow: 20 },
    text: 12,
    dot: 8,
    padding: 8,
    /** Between dot and text, and between label and box. */
    gap: 5,
    /** Behind the text, `0xrrggbb`. */
    glass: 0x0a0c0e,
    glassOpacity: 0.72,
    /** Labels shown at the same time. */
    maxCount: 3,
    /** How long a newly confirmed object is labelled, ms. */
    newMs: 2000,
    /** Relative to the picture's width: a wider label is left out. */
    maxShare: 0.25,
    /** The same for an object that the user points at. */
    maxPointedShare: 0.38,
  },
} as const;

export type ObjectFamily = 'person' | 'vehicle' | 'animal' | 'thing';

/** `0xrrggbb`; distinct for colour-blind people too. */
export const FAMILY_COLOURS: Readonly<Record<ObjectFamily, number>> = {
  person: 0x4fd2ff,
  vehicle: 0x9a7dff,
  animal: 0xffd84d,
  thing: 0xf1f3f4,
};

/** Colours of zones and lines, `#rrggbb`: those to choose from, and in turn for those that have none. */
export const REGION_COLOURS = ['#33e6a0', '#ffab40', '#7aa5ff', '#ff82c0', '#c2ee4b', '#ff8a66'] as const;
/** Colour of masks in the editor. */
export const MASK_COLOUR = '#c9ced3';

/** Class names of common models; all others are things. A mouse is that of a computer in most of them. */
const FAMILY_MEMBERS: Readonly<Record<Exclude<ObjectFamily, 'thing'>, string>> = {
  person: 'person people pedestrian man woman child boy girl face head rider cyclist',
  vehicle:
    'vehicle car truck bus van bicycle bike motorcycle motorbike scooter tricycle train tram boat ship airplane aeroplane plane helicopter trailer ambulance taxi',
  animal:
    'animal bird cat dog horse sheep cow cattle goat pig elephant bear zebra giraffe fox deer rabbit rat chicken duck fish snake monkey wolf squirrel',
};

const familyOfName = new Map(
  Object.entries(FAMILY_MEMBERS).flatMap(([family, names]) =>
    names.split(' ').map((name) => [name, family as ObjectFamily] as const),
  ),
);

/** The family of a class by its name, which decides the colour. */
export function familyOf(className: string): ObjectFamily {
  return familyOfName.get(className.toLowerCase()) ?? 'thing';
}

/**
 * The objects to label: the one the user points at, and those confirmed less than two seconds ago or without a camera, in the order of
 * `detections`. At most three, and no unconfirmed ones but the one pointed at.
 * @param timestampMs of the frame; absent: all count as new.
 */
export function labelledObjects(
  detections: readonly Detection[],
  timestampMs: number | undefined,
  pointed?: Detection,
): Detection[] {
  const { maxCount, newMs } = OVERLAY_LOOK.label;
  const isNew = ({ since, confirmed }: Detection) =>
    confirmed !== false && (since === undefined || timestampMs === undefined || timestampMs - since < newMs);
  const others = detections.filter((one) => one !== pointed && isNew(one));
  return (pointed ? [pointed, ...others] : others).slice(0, maxCount);
}
