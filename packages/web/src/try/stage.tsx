import { Camera as CameraIcon, ImageUp, LoaderCircle, Square } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { tryWords as words } from '../strings/try.js';
import { Button } from '../ui/button.js';
import { classes } from '../ui/classes.js';
import { filesOf } from './picture-file.js';

export interface StageProps {
  children: ReactNode;
  /** Below the buttons. */
  below: ReactNode;
  camera: boolean;
  onFiles: (files: File[]) => void;
  onCamera: (on: boolean) => void;
}

/** The area for the picture: accepts pictures and clips that are dropped, pasted or chosen, or shows the camera. */
export function Stage({ children, below, camera, onFiles, onCamera }: StageProps) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  usePaste(onFiles);
  return (
    <section
      aria-label={words.picture}
      className="overflow-hidden rounded-lg border border-line bg-surface"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const files = filesOf(event.dataTransfer);
        if (files.length > 0) onFiles(files);
      }}
    >
      <div className={classes('bg-picture text-white', over && 'outline-3 -outline-offset-3 outline-accent')}>
        {children}
      </div>
      <div className="flex flex-wrap items-center gap-2 border-t border-line p-3">
        <input
          ref={input}
          type="file"
          accept="image/*,video/*"
          multiple
          aria-label={words.pictureFile}
          tabIndex={-1}
          className="sr-only"
          onChange={({ target }) => {
            const files = [...(target.files ?? [])];
            // Allows choosing the same file again.
            target.value = '';
            if (files.length > 0) onFiles(files);
          }}
        />
        <Button variant="primary" onClick={() => input.current?.click()}>
          <ImageUp size={16} aria-hidden="true" />
          {words.choose}
        </Button>
        <Button onClick={() => onCamera(!camera)}>
          {camera ? <Square size={15} aria-hidden="true" /> : <CameraIcon size={16} aria-hidden="true" />}
          {camera ? words.stopCamera : words.useCamera}
        </Button>
        <p className="ml-auto text-13 text-muted max-md:hidden">{words.orDrop}</p>
      </div>
      {below}
    </section>
  );
}

/** A place for a picture, as large as all of them. @param caption below it */
export function Pane({ busy, caption, children }: { busy: boolean; caption?: ReactNode; children: ReactNode }) {
  return (
    <figure className="min-w-0">
      <div className="relative aspect-4/3 max-h-[70dvh] w-full">
        {children}
        {busy && (
          <LoaderCircle
            size={22}
            aria-label={words.working}
            className="absolute top-3 right-3 animate-spin text-white drop-shadow"
          />
        )}
      </div>
      {caption && <figcaption className="px-3 py-2 text-13">{caption}</figcaption>}
    </figure>
  );
}

/** Accepts pictures that are pasted anywhere on the page. */
function usePaste(onFiles: (files: File[]) => void): void {
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      const files = filesOf(event.clipboardData);
      if (files.length === 0) return;
      event.preventDefault();
      onFiles(files);
    };
    document.addEventListener('paste', onPaste);
    return () => document.removeEventListener('paste', onPaste);
  }, [onFiles]);
}
