/** The 80 classes of COCO detection in the order models are trained with. */
export const COCO_NAMES: readonly string[] = [
  'person,bicycle,car,motorcycle,airplane,bus,train,truck,boat,traffic light,fire hydrant,stop sign,parking meter,bench',
  'bird,cat,dog,horse,sheep,cow,elephant,bear,zebra,giraffe,backpack,umbrella,handbag,tie,suitcase,frisbee,skis',
  'snowboard,sports ball,kite,baseball bat,baseball glove,skateboard,surfboard,tennis racket,bottle,wine glass,cup,fork',
  'knife,spoon,bowl,banana,apple,sandwich,orange,broccoli,carrot,hot dog,pizza,donut,cake,chair,couch,potted plant,bed',
  'dining table,toilet,tv,laptop,mouse,remote,keyboard,cell phone,microwave,oven,toaster,sink,refrigerator,book,clock',
  'vase,scissors,teddy bear,hair drier,toothbrush',
].flatMap((line) => line.split(','));

/** COCO category ids that no picture uses: ids go up to 90, of which 80 are in use. */
const UNUSED = new Set([0, 12, 26, 29, 30, 45, 66, 68, 69, 71, 83]);

/** Names by COCO's own ids, 0 to 90, for models that were trained with the gaps. */
export const COCO_91_NAMES: readonly string[] = (() => {
  let next = 0;
  return Array.from({ length: 91 }, (_, id) => (UNUSED.has(id) ? `class_${id}` : COCO_NAMES[next++]!));
})();
