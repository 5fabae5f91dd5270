import { COCO_NAMES } from './coco-names.js';

/** COCO's ids of categories that no picture has: the numbers go to 90, of which 80 are in use. */
const UNUSED = new Set([0, 12, 26, 29, 30, 45, 66, 68, 69, 71, 83]);

/** Names by COCO's own ids, 0 to 90, as models have them that were not trained on ids without gaps. */
export const COCO_91_NAMES: readonly string[] = (() => {
  let next = 0;
  return Array.from({ length: 91 }, (_, id) => (UNUSED.has(id) ? `class_${id}` : COCO_NAMES[next++]!));
})();
