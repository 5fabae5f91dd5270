import { Camera as CameraIcon, ImageUp, LoaderCircle, Square } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Button } from '../ui/button.js';
import { classes } from '../ui/classes.js';
import { fileOf } from './picture-file.js';

export interface StageProps {
  /** What is shown; nothing yet: an invitation. */
  children: ReactNode;
  busy: boolean;
  camera: boolean;
  onFile: (file: File) => void;
  onCamera: (on: boolean) => void;
}

/** Where the picture is: takes one that is dropped, pasted or chosen, or the camera. */
export function Stage({ children, busy, camera, onFile, onCamera }: StageProps) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  usePaste(onFile);
  return (
    <section
      aria-label="Picture"
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
            aria-label="Working"
            className="absolute top-3 right-3 animate-spin text-white drop-shadow"
          />
        )}
      </div>
      <div className="flex flex-wrap items-center gap-2 border-t border-line p-3">
        <input
          ref={input}
          type="file"
          accept="image/*"
          aria-label="Picture file"
          tabIndex={-1}
          className="sr-only"
          onChange={({ target }) => {
            const file = target.files?.[0];
            // The same file may be chosen again.
            target.value = '';
            if (file) onFile(file);
          }}
        />
        <Button variant="primary" onClick={() => input.current?.click()}>
          <ImageUp size={16} aria-hidden="true" />
          Choose a picture
        </Button>
        {camera ? (
          <Button onClick={() => onCamera(false)}>
            <Square size={15} aria-hidden="true" />
            Stop camera
          </Button>
        ) : (
          <Button onClick={() => onCamera(true)}>
            <CameraIcon size={16} aria-hidden="true" />
            Use camera
          </Button>
        )}
        <p className="ml-auto text-[0.8125rem] text-muted max-md:hidden">or drop or paste one</p>
      </div>
    </section>
  );
}

/** A picture that is pasted anywhere on the page. */
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

/** In place of a picture: what to do, or what is wrong. */
export function StageNotice({ title, advice, children }: { title: string; advice: string; children?: ReactNode }) {
  return (
    <div className="absolute inset-0 grid place-items-center overflow-y-auto p-5 text-center">
      <div className="max-w-prose">
        <p className="text-base font-semibold">{title}</p>
        <p className="mt-1 text-pretty break-words text-white/85">{advice}</p>
        {children}
      </div>
    </div>
  );
}
