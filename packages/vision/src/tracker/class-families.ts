/** Classes (of COCO) that detectors mistake for each other on one object, above all at night. */
const FAMILIES: readonly (readonly string[])[] = [
  ['car', 'truck', 'bus', 'train', 'boat'],
  ['bicycle', 'motorcycle'],
  ['bird', 'cat', 'dog', 'horse', 'sheep', 'cow', 'elephant', 'bear', 'zebra', 'giraffe'],
  ['backpack', 'handbag', 'suitcase'],
  ['bench', 'chair', 'couch'],
  ['tv', 'laptop'],
];

const familyOf = new Map(FAMILIES.flatMap((names, family) => names.map((name) => [name, family] as const)));
const animals = familyOf.get('dog');

/** Whether one object may be called by both names. */
export function mayBeTheSame(a: string, b: string): boolean {
  return a === b || (familyOf.has(a) && familyOf.get(a) === familyOf.get(b));
}

/** Whether an object of this class may leave by itself, on foot. */
export function isLiving(name: string): boolean {
  return name === 'person' || (familyOf.has(name) && familyOf.get(name) === animals);
}
