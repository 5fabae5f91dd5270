const cameras = (count: number) => (count === 1 ? '1 camera' : `${count} cameras`);

/** All cameras at once, also on a screen of its own. */
export const wall = {
  page: 'Wall',
  kept: 'Order, groups and size are kept in this browser.',
  groups: 'Groups',
  all: 'All cameras',
  newGroup: 'New group',
  editGroup: (name: string) => `Change “${name}”`,
  size: 'Size',
  sizes: { small: 'Small', medium: 'Medium', large: 'Large' },
  arrange: 'Arrange',
  arrangeDone: 'Done',
  arrangeHint: 'Drag a camera by its handle, or focus the handle and use the arrow keys.',
  move: (name: string) => `Move ${name}`,
  moved: (name: string, place: number, of: number) => `${name} is now ${place} of ${of}`,
  fullscreen: 'Full screen',
  leaveFullscreen: 'Leave full screen',
  backToAll: 'Show all cameras',
  why: { object: 'Something new', warning: 'Warning' },
  empty: {
    title: 'No camera yet',
    text: 'Cameras appear here as soon as they are added.',
    home: 'Add a camera',
    group: (name: string) => `No camera is in “${name}”`,
    groupText: 'Put cameras into it, or show all.',
    unknown: (name: string) => `This browser has no group “${name}”`,
    unknownText:
      'Groups are kept in the browser that made them. Open Screen there and copy the address for this group.',
    chosen: 'None of the chosen cameras is here',
    chosenText: 'They were removed, or this sign-in does not show them. Copy the address anew under Wall, Screen.',
  },
  group: {
    title: 'New group',
    change: 'Change the group',
    name: 'Name',
    namePlaceholder: 'Outside',
    cameras: 'Cameras in it',
    save: 'Save group',
    remove: 'Delete group',
    nameMissing: 'Give it a name.',
    nameTaken: 'There is a group of this name already.',
    camerasMissing: 'Choose at least one camera.',
    tooMany: (most: number) => `At most ${most} groups are kept. Delete one first.`,
  },
  screen: {
    button: 'Screen',
    title: 'A screen of its own',
    description: 'Full screen, or another device that shows nothing but the wall.',
    wake: 'Show a camera large when something moves there',
    wakeText:
      'For something new or a warning: 8 s, at most 30 s, and then all cameras for 5 s at least. Only in full screen and at the address below.',
    address: 'Address for the screen',
    addressOf: (name: string, count: number) => `${name}, ${cameras(count)}`,
    addressText:
      'Open it in the browser of the screen. It has no buttons, and connects again by itself after a restart of Lookout or of the screen. Where a sign-in is needed, the screen asks once: give it a key for viewers, made under Settings.',
    awake: 'The screen stays on while the wall is shown, where the browser allows it: over HTTPS.',
    thisMachine:
      'This address opens on this computer only. For another screen, start the server with `npm start -- --https` and open the https address it prints.',
  },
};
