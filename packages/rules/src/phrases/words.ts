/** Colours that people name; each is compared with the others. */
export const COLOURS = [
  'red',
  'blue',
  'white',
  'black',
  'green',
  'yellow',
  'orange',
  'grey',
  'brown',
  'purple',
  'pink',
  'silver',
] as const;

/** Pairs of opposite attributes. */
export const OPPOSITES: readonly (readonly [string, string])[] = [
  ['open', 'closed'],
  ['full', 'empty'],
  ['loaded', 'empty'],
  ['overflowing', 'empty'],
  ['wet', 'dry'],
  ['clean', 'dirty'],
  ['broken', 'intact'],
  ['damaged', 'intact'],
  ['lit', 'dark'],
  ['glowing', 'dark'],
  ['burning', 'unburnt'],
  ['standing', 'lying'],
  ['upright', 'fallen'],
  ['overturned', 'upright'],
  ['parked', 'moving'],
  ['old', 'new'],
  ['young', 'old'],
  ['big', 'small'],
  ['large', 'small'],
  ['tall', 'short'],
  ['long', 'short'],
  ['male', 'female'],
  ['bare', 'covered'],
  ['locked', 'unlocked'],
  ['crowded', 'empty'],
];

/**
 * Worn things, grouped by what can replace them, with a caption for a person without any. Models read “without a helmet” as “helmet”, so an
 * absence is described by what is visible instead.
 */
export const WORN: readonly { readonly things: readonly string[]; readonly without?: string }[] = [
  {
    things: ['helmet', 'hard hat', 'cap', 'hat', 'hood', 'beanie', 'turban'],
    without: 'bareheaded % with visible hair',
  },
  { things: ['mask', 'face mask', 'balaclava', 'scarf', 'face shield'], without: '% with a bare face' },
  { things: ['glasses', 'sunglasses', 'goggles', 'safety glasses'] },
  { things: ['gloves', 'mittens'], without: '% with bare hands' },
  { things: ['shoes', 'boots', 'sandals', 'sneakers'], without: 'barefoot %' },
  {
    things: ['vest', 'safety vest', 'high vis vest', 'jacket', 'coat', 'shirt', 't-shirt', 'suit', 'hoodie', 'sweater'],
  },
  { things: ['uniform', 'overall', 'apron', 'suit', 'dress'] },
  { things: ['trousers', 'pants', 'jeans', 'shorts', 'skirt'] },
  { things: ['backpack', 'handbag', 'suitcase'] },
];

/** Each first thing with those it is mistaken for, where WordNet only has things of the same kind. */
export const LOOK_ALIKES: readonly (readonly string[])[] = [
  ['smoke', 'fog', 'steam', 'dust', 'cloud'],
  ['fire', 'flame', 'sunset', 'lamp', 'headlights'],
  ['forklift', 'tractor', 'excavator', 'pallet jack', 'truck'],
  ['van', 'delivery van', 'minivan', 'car', 'truck', 'bus'],
  ['wheelchair', 'chair', 'stroller', 'walker', 'shopping cart'],
  ['stroller', 'wheelchair', 'shopping cart', 'bicycle'],
  ['scooter', 'bicycle', 'motorcycle', 'skateboard'],
  ['gate', 'door', 'fence'],
  ['graffiti', 'mural', 'poster', 'sign', 'shadow'],
  ['gun', 'phone', 'umbrella', 'power drill', 'camera'],
  ['ladder', 'scaffolding', 'stairs', 'fence'],
  ['pallet', 'crate', 'box', 'table'],
  ['parcel', 'box', 'bag', 'bucket'],
  ['package', 'box', 'bag', 'bucket'],
  ['raccoon', 'cat', 'dog', 'fox', 'badger'],
  ['fox', 'dog', 'cat', 'wolf'],
  ['puddle', 'wet pavement', 'shadow', 'oil stain'],
  ['drone', 'bird', 'airplane', 'balloon'],
  ['trolley', 'shopping cart', 'stroller', 'suitcase'],
];

/** Everyday backgrounds, as captions without an article. */
export const BACKGROUNDS: readonly string[] = [
  'empty street',
  'pavement',
  'asphalt',
  'wall',
  'brick wall',
  'concrete floor',
  'wooden floor',
  'grass',
  'lawn',
  'tree',
  'bush',
  'fence',
  'window',
  'door',
  'roof',
  'sky',
  'shadow',
  'empty room',
  'shelf',
  'blurry image',
  'dark image at night',
  'light reflection',
];
