import { useEffect, useState, useSyncExternalStore } from 'react';
import { clipFrames } from './clip-frames.js';
import { openPicture, type Picture } from './picture-file.js';
import { PictureShelf, type ShelfView, type Source } from './picture-shelf.js';

/** The pictures of the page, and the shelf that keeps them while the page is open. */
export function usePictures(): { shelf: PictureShelf; view: ShelfView } {
  const [shelf] = useState(() => new PictureShelf(openSource));
  useEffect(() => () => shelf.removeAll(), [shelf]);
  return { shelf, view: useSyncExternalStore(shelf.subscribe, shelf.snapshot) };
}

async function* openSource({ blob, name }: Source, most: number): AsyncGenerator<Picture> {
  if (blob.type.startsWith('video/')) yield* clipFrames(blob, name, most);
  else yield await openPicture(blob, name);
}
