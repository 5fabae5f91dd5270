import { Camera as CameraIcon, ImageUp, LoaderCircle, Square } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { t } from '../strings/index.js';
import { Button } from '../ui/button.js';
import { classes } from '../ui/classes.js';
import { fileOf } from './picture-file.js';

const words = t.tryIt;

export interface StageProps {
  children: ReactNode;
  busy: boolean;
  camera: boolean;
  onFile: (file: File) => void;
  onCamera: (on: boolean) => void;
}

/** The area for the picture: accepts one that is dropped, pasted or chosen, or shows the camera. */
export function Stage({ children, busy, camera, onFile, onCamera }: StageProps) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  usePaste(onFile);
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
        const file = fileOf(event.dataTransfer);
        if (file) onFile(file);
      }}
    >
      <div
        className={classes(
          'relative aspect-4/3 max-h-[70dvh] w-full bg-picture text-white',
          over && 'outline-3 -outline-offset-3 outline-accent',
        )}
      >
        {children}
        {busy && (
          <LoaderCircle
            size={22}
            aria-label={words.working}
            className="absolute top-3 right-3 animate-spin text-white drop-shadow"
          />
        )}
      </div>
      <div className="flex flex-wrap items-center gap-2 border-t border-line p-3">
        <input
          ref={input}
          type="file"
          accept="image/*"
          aria-label={words.pictureFile}
          tabIndex={-1}
          className="sr-only"
          onChange={({ target }) => {
            const file = target.files?.[0];
            // Allows choosing the same file again.
            target.value = '';
            if (file) onFile(file);
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
    </section>
  );
}

/** Accepts a picture that is pasted anywhere on the page. */
function usePaste(onFile: (file: File) => void): void {
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      const file = fileOf(event.clipboardData);
      if (!file) return;
      event.preventDefault();
      onFile(file);
    };
    document.addEventListener('paste', onPaste);
    return () => document.removeEventListener('paste', onPaste);
  }, [onFile]);
}
