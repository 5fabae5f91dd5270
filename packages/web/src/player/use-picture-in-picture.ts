import { type RefObject, useEffect, useRef, useState } from 'react';
import type { LiveViewHandle } from './live-view.js';
import { PictureInPicture } from './picture-in-picture.js';

export interface PictureInPictureControl {
  active: boolean;
  possible: boolean;
  /** Opens the small window, or closes it. Rejects when the browser refuses. */
  toggle: () => Promise<void>;
}

/** The small window of one view. */
export function usePictureInPicture(view: RefObject<LiveViewHandle | null>): PictureInPictureControl {
  const opened = useRef<PictureInPicture | undefined>(undefined);
  const [active, setActive] = useState(false);
  const opening = useRef(false);
  const gone = useRef(false);
  const [possible] = useState(() => PictureInPicture.possible);
  useEffect(() => {
    gone.current = false;
    return () => {
      gone.current = true;
      opened.current?.close();
    };
  }, []);
  const toggle = async () => {
    if (opened.current) {
      opened.current.close();
      return;
    }
    const current = view.current;
    if (!current || opening.current) return;
    opening.current = true;
    try {
      const window = await PictureInPicture.open(current.picture, () => {
        opened.current = undefined;
        current.setMirror(undefined);
        setActive(false);
      });
      opened.current = window;
      current.setMirror((bitmap, meta, settings) => window.draw(bitmap, meta, settings));
      setActive(true);
      if (gone.current) window.close();
    } finally {
      opening.current = false;
    }
  };
  return { active, possible, toggle };
}
