/** Why there is no picture from a camera or a screen, and what its owner can do. */
export interface MediaProblem {
  code:
    | 'insecure'
    | 'unsupported'
    | 'blocked'
    | 'dismissed'
    | 'blocked_by_system'
    | 'no_camera'
    | 'in_use'
    | 'not_that_camera'
    | 'lost'
    | 'sharing_ended'
    | 'unknown';
  /** One sentence: what is wrong. */
  title: string;
  /** What to try. */
  advice: string;
}

/** What the explanation of a failure depends on. */
export interface MediaSurroundings {
  secure: boolean;
  /** The browser has `getUserMedia` (or `getDisplayMedia`, for a screen). */
  supported: boolean;
  /** The page's origin, e.g. `http://192.168.1.5:8080`. */
  origin: string;
  source: 'camera' | 'screen';
  /** The permission that the browser remembers for this page, if it says so. */
  permission?: 'granted' | 'denied' | 'prompt';
}

/** @returns the problem to report before trying; undefined when it can be tried */
export function problemBefore({ secure, supported, origin, source }: MediaSurroundings): MediaProblem | undefined {
  const thing = source === 'screen' ? 'screen' : 'camera';
  if (!secure) {
    const { hostname } = new URL(origin);
    return {
      code: 'insecure',
      title: `Browsers allow use of the ${thing} only on HTTPS pages`,
      advice: `Start the server with “npm start -- --https” and open the https:// address or the QR code that it prints, instead of http://${hostname}. On the server’s own computer http://localhost works too.`,
    };
  }
  if (!supported) {
    return {
      code: 'unsupported',
      title: `This browser offers no ${thing} to web pages`,
      advice:
        source === 'screen'
          ? 'Phones cannot share their screen this way. On a computer, use a current Chrome, Edge, Firefox or Safari.'
          : 'Use a current Chrome, Edge, Firefox or Safari. Browsers inside other apps often have no camera: open the link in the browser itself.',
    };
  }
  return undefined;
}

/** Explains an error of `getUserMedia` or `getDisplayMedia` in words. */
export function explainMediaError(error: unknown, { source, permission }: MediaSurroundings): MediaProblem {
  const { name = '', message = '' } = (error ?? {}) as Partial<DOMException>;
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return notAllowed(message, source, permission);
    case 'NotFoundError':
      return {
        code: 'no_camera',
        title: source === 'screen' ? 'There is no screen to share' : 'No camera was found',
        advice: 'Plug one in or switch it on (some laptops have a key or a shutter for it), then try again.',
      };
    case 'NotReadableError':
    case 'AbortError':
      return {
        code: 'in_use',
        title: 'The camera is there, but cannot be opened',
        advice: 'Another app or tab is probably using it. Close that (video calls above all), then try again.',
      };
    case 'OverconstrainedError':
      return {
        code: 'not_that_camera',
        title: 'This camera is no longer available',
        advice: 'Choose another one.',
      };
    default:
      return {
        code: 'unknown',
        title: `The ${source} cannot be opened`,
        advice: message || name || 'The browser does not say why. Try again, or reload the page.',
      };
  }
}

function notAllowed(
  message: string,
  source: MediaSurroundings['source'],
  permission: MediaSurroundings['permission'],
): MediaProblem {
  if (/by system/i.test(message)) {
    return {
      code: 'blocked_by_system',
      title: `The system does not let this browser use the ${source}`,
      advice:
        source === 'screen'
          ? 'Allow it in the system’s settings under Privacy, Screen recording, then restart the browser.'
          : 'Allow it in the system’s settings under Privacy, Camera, then restart the browser.',
    };
  }
  if (source === 'camera' && (permission === 'denied' || (permission === undefined && !/dismiss/i.test(message)))) {
    return {
      code: 'blocked',
      title: 'The camera is blocked for this page',
      advice:
        'Tap the symbol left of the address (a lock or sliders), allow the camera there, and try again. On an iPhone: aA, Website settings, Camera.',
    };
  }
  return {
    code: 'dismissed',
    title: source === 'screen' ? 'No screen was chosen' : 'The permission request was closed without an answer',
    advice: source === 'screen' ? 'Start again and choose a screen, a window or a tab.' : 'Try again and choose Allow.',
  };
}
