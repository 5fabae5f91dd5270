import { many } from './words.js';

/** Areas, lines and ignored places of a camera: their editor, and the part of the camera's page that leads there. */
export const zones = {
  page: 'Areas and lines',
  leave: 'Leave without saving',
  back: 'Back to the camera',
  changes: (count: number) => many(count, 'change', 'changes'),
  save: 'Save',
  panel: {
    title: 'Areas and lines',
    none: 'None yet. Draw an area or a line, and use its name in your rules.',
    ignored: (count: number) => `${many(count, 'place', 'places')} ignored`,
    edit: 'Edit',
    draw: 'Draw',
    cutOut: 'Cut out',
    fixed: 'They are set in lookout.yaml, and can only be changed there.',
  },

  toolbar: 'Draw',
  tools: { zone: 'Area', line: 'Line', mask: 'Ignore' },
  undo: 'Undo',
  redo: 'Redo',
  finish: 'Finish',
  cancel: 'Cancel',
  stage: (camera: string) => `Picture of ${camera} with its areas and lines`,
  tips: {
    none: 'Choose Area, Line or Ignore, then draw on the picture.',
    first: { zone: 'Press where the first corner is.', line: 'Press where the line begins.' },
    next: { zone: 'Press each corner, then the first one again.', line: 'Press where the line ends.' },
    area: 'Drag a point. Press a small one to add a corner.',
    line: 'Drag an end, or the whole line.',
    byKeys: {
      area: 'Arrow keys move it, with Shift farther; Delete removes it; Enter on a small point adds a corner.',
      line: 'Arrow keys move it, with Shift farther.',
    },
  },
  /** Read out for each point. */
  corner: (number: number, name: string, place: string) => `Corner ${number} of ${name}, ${place}`,
  end: (number: number, name: string, place: string) => `${number === 1 ? 'Start' : 'End'} of ${name}, ${place}`,
  addCorner: (number: number, name: string) => `Add a corner after corner ${number} of ${name}`,
  place: (left: number, top: number) => `${left} % from the left, ${top} % from the top`,

  list: 'On this camera',
  empty: 'Nothing is drawn yet.',
  kinds: { zone: 'Area', line: 'Line', mask: 'Ignored' },
  newNames: { zone: 'Area', line: 'Line', mask: 'Ignored place' },
  name: 'Name',
  nameHint: { zone: 'The word you will use in your rules.', line: 'The word you will use in your rules.', mask: '' },
  colour: 'Colour',
  colourNumber: (number: number) => `Colour ${number}`,
  usedBy: (count: number, name: string) =>
    count === 1
      ? `One rule uses “${name}”. It follows its new shape; a new name asks you first.`
      : `${count} rules use “${name}”. They follow its new shape; a new name asks you first.`,
  sides: {
    title: 'Direction',
    text: (left: string, right: string, line: string) =>
      `The arrow points from ${left} to ${right}. In a rule: “crosses ${line} forward”.`,
    left: 'one side',
    right: 'the other',
    leftLabel: 'Behind the arrow',
    rightLabel: 'Where it points',
    hint: 'Names for both sides, such as “street” and “yard”, or none.',
    turn: 'Turn the arrow',
  },
  classes: {
    label: 'Ignore only',
    placeholder: 'person, car',
    hint: 'Kinds of objects with commas between them; empty for all. What stands here is not detected.',
  },
  removeCorner: 'Remove corner',
  remove: { zone: 'Delete area', line: 'Delete line', mask: 'Delete ignored place' },

  problems: {
    noName: 'Give it a name.',
    longName: 'A name has at most 60 characters.',
    sameName: (other: string) => `“${other}” has this name already.`,
    crosses: 'The outline crosses itself. Move a corner so that it does not.',
    flat: 'The area is too thin. Move its corners apart.',
    noLength: 'The line is too short. Move its ends apart.',
    sameSides: 'Both sides have the same name.',
    oneSide: 'Name both sides, or none.',
    tooMany: (count: number) => `A camera has at most ${count} of each kind.`,
  },
  discard: {
    title: 'Leave without saving?',
    text: 'What you have drawn since you opened this page is lost.',
    stay: 'Stay here',
    leave: 'Leave',
  },
  conflict: {
    title: 'Rules use these names',
    text: 'You renamed or deleted something that rules refer to. If you save, these rules no longer warn on this camera until you change them:',
    back: 'Go back',
    save: 'Save anyway',
  },
};
