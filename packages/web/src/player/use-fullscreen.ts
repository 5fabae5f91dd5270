import { useEffect, useState } from 'react';

export interface Fullscreen {
  active: boolean;
  toggle: () => void;
  /** Telephones of one maker have it for videos only. */
  possible: boolean;
}

/** @param target what fills the screen; asked for when it is to happen */
export function useFullscreen(target: () => HTMLElement | null): Fullscreen {
  const [active, setActive] = useState(false);
  useEffect(() => {
    const onChange = () => setActive(document.fullscreenElement !== null);
    document.addEventListener('fullscreenchange', onChange);
    return () => document.removeEventListener('fullscreenchange', onChange);
  }, []);
  const toggle = () => {
    // A refused request leaves things as they are, and the button says how they are.
    if (document.fullscreenElement) void document.exitFullscreen();
    else
      void target()
        ?.requestFullscreen()
        .catch(() => setActive(false));
  };
  return { active, toggle, possible: document.fullscreenEnabled };
}
