/** The dialogs of a camera, and its page. */
export const cameras = {
  page: 'Cameras',
  publishFromHere: 'Publish from here',

  settings: {
    address: 'Address',
    subAddress: 'Address of the sub stream (optional)',
    subAddressHint:
      'A smaller stream of the same camera, for detection and pictures. The address above is then opened only while somebody plays its video.',
    user: 'User',
    password: 'Password',
    hiddenCredentials: 'Enter user and password again if you change the address.',
    credentialsHint: 'Leave empty to keep those in the address.',
    pin: 'Accepted certificate',
    pinHint: "The pin of the camera's own certificate. Leave empty to accept only certificates the server trusts.",
    loop: 'Play in a loop',
    detect: 'Detect objects',
    fps: 'Pictures a second',
    fpsHint: 'To look at, at most; fewer under load.',
    idleFps: 'While nobody watches',
    idleFpsHint: 'Pictures a second; 0 for none.',
    auto: 'Automatic',
    size: 'Picture size',
    sizeHint: 'Larger sizes find smaller objects but need more computing.',
    confidence: 'Minimum confidence',
    confidenceHint: 'Lower values find more objects, but also more false ones.',
    classes: 'Look for',
    classesPlaceholder: 'person, car',
    classesHint: 'Only these kinds of objects; empty for all.',
    save: 'Save settings',
    saved: 'Saved.',
  },

  remove: {
    button: 'Delete this camera',
    title: (name: string) => `Delete ${name}?`,
    text: 'Its settings are lost and everyone watching is disconnected. The camera itself is not changed.',
    confirm: 'Delete',
  },
  mainAway: (reason: string) =>
    `The main stream is away: ${reason}. Detection and pictures go on with the sub stream; its video can’t be played.`,
  subAway: (reason: string) =>
    `The sub stream is away: ${reason}. Nothing is detected until it is back; the video of the main stream goes on.`,
  back: 'Back to all cameras',
  playAgain: 'Play again',

  share: {
    publishTitle: 'Publish and share',
    title: 'Share',
    publish: 'Link to publish',
    publishNote: 'Open it on the phone or computer that is the camera. Anyone with the link can send its picture.',
    encoder: 'Address for RTMP',
    encoderNote: 'For OBS, FFmpeg, action cameras and drones. In OBS, the part after live/ is the stream key.',
    whip: 'Address for WHIP',
    whipNote: 'For OBS 30 and newer, and others that publish by WebRTC. It needs UDP, and is fresher than RTMP.',
    watch: 'Link to watch',
    watchNote: 'Anyone with the link can watch this camera without signing in, but do nothing else.',
    hideCode: (label: string) => `Hide the code: ${label}`,
    showCode: (label: string) => `Show as a code: ${label}`,
    code: (label: string, url: string) => `QR code. ${label}: ${url}`,
    thisMachine:
      'These links open on this computer only. For a phone, start the server with `npm start -- --https` and open the https address it prints.',
    http: 'Phones can watch with these links, but browsers allow use of the camera only on HTTPS pages. Start the server with `npm start -- --https` and open the https address it prints.',
    renew: 'Make new links',
    renewTitle: (name: string) => `Make new links for ${name}?`,
    renewPush:
      'The current links stop working at once: the publishing device stops, and everyone watching by link is disconnected. Send the new links to those who still need them. People who are signed in are not affected.',
    renewPull:
      'The current link stops working at once, and everyone watching by it is disconnected. Send the new one to those who still need it. People who are signed in are not affected.',
  },
  links: {
    title: 'Use this camera elsewhere',
    mjpeg: 'MJPEG with boxes',
    snapshot: 'Latest picture',
    view: 'Viewer page',
    shared: 'Viewer that adapts to the connection',
    frames: 'Frames and detections, WebSocket',
    json: 'Frames as JSON, WebSocket',
    quality: 'JPEGs of one quality, WebSocket',
    detections: 'Detections only, event stream',
  },
};
