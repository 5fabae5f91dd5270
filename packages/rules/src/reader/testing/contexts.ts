import type { RuleContext } from '@lookout/protocol';

const COCO =
  'person,bicycle,car,motorcycle,airplane,bus,train,truck,boat,traffic light,fire hydrant,stop sign,parking meter,bench,bird,cat,dog,horse,sheep,cow,elephant,bear,zebra,giraffe,backpack,umbrella,handbag,tie,suitcase,frisbee,skis,snowboard,sports ball,kite,baseball bat,baseball glove,skateboard,surfboard,tennis racket,bottle,wine glass,cup,fork,knife,spoon,bowl,banana,apple,sandwich,orange,broccoli,carrot,hot dog,pizza,donut,cake,chair,couch,potted plant,bed,dining table,toilet,tv,laptop,mouse,remote,keyboard,cell phone,microwave,oven,toaster,sink,refrigerator,book,clock,vase,scissors,teddy bear,hair drier,toothbrush'.split(
    ',',
  );

/** Zones, lines and cameras, each list separated by commas. */
function context(zones: string, lines: string, cameras: string, classes: readonly string[] = COCO): RuleContext {
  const names = (list: string) => (list === '' ? [] : list.split(',').map((name) => name.trim()));
  return {
    zones: names(zones),
    lines: names(lines),
    cameras: names(cameras),
    classes: [...classes],
    model: 'nanodet-g',
  };
}

export const HOME = context('back door, front door, driveway, garden, pool', 'front gate', 'yard, hall');
export const SHOP = context('till, entrance, stock room, smoking area', 'door line', 'shop front, back office');
export const WAREHOUSE = context(
  'loading bay, aisle 3, cold store, packing area',
  'yellow line, dock line',
  'warehouse north, warehouse south',
);
export const PARKING = context('bay 12, disabled bay, entry ramp, exit ramp', 'barrier', 'level 1, level 2');
export const SCHOOL = context('playground, bike rack, corridor, canteen', 'kerb', 'front, back');
export const FARM = context('paddock, barn, chicken coop, water trough', 'cattle grid', 'barn cam, field');
export const ROAD = context('hard shoulder, bus lane, crossing, left lane', 'stop line', 'A40 north, bridge');
export const OFFICE = context('reception desk, server room, meeting room, lobby', 'turnstile', 'lobby cam, car park');
export const FLAT = context('kitchen, garage, sofa', '', 'baby cam, lounge');
export const SITE = context('site entrance, scaffold, cutting area', 'exclusion line', 'gate cam', [
  'person',
  'helmet',
  'vest',
]);
export const DASHCAM = context('left lane, right lane, shoulder', '', 'dashcam', ['crack', 'pothole']);
export const HOSPITAL = context('ward 3, waiting room, pharmacy, ambulance bay', 'fire door', 'corridor A, corridor B');
/** Lines whose sides have names; the porch is a zone as well. */
export const GATE: RuleContext = {
  ...context('garden, porch', '', 'hall'),
  lines: [{ name: 'gate', sides: ['street', 'yard'] }, { name: 'door line', sides: ['porch', 'hallway'] }, 'fence'],
};
/** Names that are words of the language. */
export const KEYWORDS = context('stay, person, night, crossing', 'cross', 'drive, front');
