import { X } from 'lucide-react';
import { tryWords } from '../strings/try.js';
import { Button } from '../ui/button.js';
import { classes } from '../ui/classes.js';
import type { Picture } from './picture-file.js';
import { MAX_PICTURES, type PictureShelf, type ShelfView } from './picture-shelf.js';

const words = tryWords.pictures;

const THUMB =
  'relative block h-16 w-22 shrink-0 overflow-hidden rounded-md bg-picture outline-offset-2 aria-pressed:outline-3 aria-pressed:outline-accent';

export interface PictureStripProps {
  shelf: PictureShelf;
  view: ShelfView;
  /** Number of objects in a picture; undefined until it is known. */
  countOf: (picture: Picture) => number | undefined;
}

/** All pictures, to choose one or to remove it. */
export function PictureStrip({ shelf, view: { pictures, chosen }, countOf }: PictureStripProps) {
  if (pictures.length === 0) return null;
  return (
    <section aria-label={words.label} className="border-t border-line">
      <ul className="flex gap-2.5 overflow-x-auto p-3">
        {pictures.map((picture) => (
          <li key={picture.url}>
            <button
              type="button"
              aria-pressed={picture === chosen}
              title={picture.name}
              className={THUMB}
              onClick={() => shelf.choose(picture)}
            >
              <img src={picture.url} alt={words.show(picture.name)} className="size-full object-cover" />
              <span
                className={classes(
                  'figures absolute right-1 bottom-1 rounded-sm bg-black/75 px-1.5 text-12 text-white',
                  countOf(picture) === undefined && 'hidden',
                )}
              >
                {countOf(picture)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap items-center gap-2 px-3 pb-3">
        <p className="figures mr-auto text-13 text-muted">{words.count(pictures.length, MAX_PICTURES)}</p>
        {chosen && (
          <Button
            variant="ghost"
            size="compact"
            aria-label={words.removeNamed(chosen.name)}
            onClick={() => shelf.remove(chosen)}
          >
            <X size={15} aria-hidden="true" />
            {words.remove}
          </Button>
        )}
        {pictures.length > 1 && (
          <Button variant="ghost" size="compact" onClick={() => shelf.removeAll()}>
            {words.removeAll}
          </Button>
        )}
      </div>
    </section>
  );
}
