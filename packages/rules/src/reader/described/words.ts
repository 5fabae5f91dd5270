import { COLOURS, OPPOSITES } from '../../phrases/words.js';

/** Opposites that rules cover in other ways, or that are of size, age or sex. */
const NOT_SEEN: ReadonlySet<string> = new Set(
  'standing lying parked moving old new young big small large tall short long male female bare locked unlocked unburnt'.split(
    ' ',
  ),
);

/** Attributes of things, not of people, that a single image shows: not size, age, value or mood. */
export const VISIBLE: ReadonlySet<string> = new Set([
  ...COLOURS,
  'gray',
  'beige',
  'golden',
  'dark',
  'bright',
  'light',
  'striped',
  'checked',
  'reflective',
  'rusty',
  'wooden',
  'metal',
  'plastic',
  'cardboard',
  'leather',
  'hooded',
  'smoking',
  ...OPPOSITES.flat().filter((word) => !NOT_SEEN.has(word)),
]);

/** Visible things whose nouns the lexicon lacks, or has with another usual sense. */
export const SEEN_THINGS: ReadonlySet<string> = new Set([
  'fire',
  'flames',
  'van',
  'minivan',
  'pallet',
  'package',
  'parcel',
  'badge',
  'lanyard',
  'id card',
  'shadow',
  'trolley',
  'crutch',
  'crack',
  'pothole',
  'caravan',
  'excavator',
  'digger',
  'trailer',
  'drone',
  'quad bike',
  'wheelie bin',
  'pallet jack',
  'hard hat',
  'safety vest',
  'high vis vest',
  'hi vis vest',
  'high visibility vest',
  'hi vis jacket',
  'high vis jacket',
  'face mask',
  'safety glasses',
  'hoodie',
  'beanie',
  'overall',
  'walking stick',
  'walking frame',
  'traffic cone',
  'oil spill',
  'e scooter',
  'litter',
  'number plate',
  'licence plate',
  'license plate',
  'roof box',
  'seatbelt',
  'seat belt',
  'leash',
  'life jacket',
  'life vest',
  'tattoo',
  'logo',
]);

/** Nouns whose usual sense is a thing, but not one to look for on a camera. */
export const NOT_THINGS: ReadonlySet<string> = new Set([
  ...'weather wind air gas heat water leak body thing stuff object item matter part place area side front back top bottom end edge'.split(
    ' ',
  ),
  ...'zone line camera picture image video view screen alarm watch bell phone call message alert warning night day world'.split(
    ' ',
  ),
  ...'activity action behaviour behavior intruder face hand head'.split(' '),
]);

/** Protective gear: “no helmet” means a person without one. */
export const GEAR: ReadonlySet<string> = new Set([
  'helmet',
  'hard hat',
  'safety helmet',
  'vest',
  'safety vest',
  'high vis vest',
  'hi vis vest',
  'high visibility vest',
  'gloves',
  'goggles',
  'safety glasses',
  'mask',
  'face mask',
]);
