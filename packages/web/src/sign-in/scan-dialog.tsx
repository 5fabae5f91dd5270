import { type RefObject, useEffect, useRef, useState } from 'react';
import { basePath } from '../api/client.js';
import { t } from '../strings/index.js';
import { Dialog } from '../ui/dialog.js';
import { Problem } from '../ui/message.js';
import { decodePicture, readScanned, type Scanned } from './scanned.js';

const words = t.signIn.scanner;
/** Between two looks at the picture. */
const LOOK_EVERY_MS = 150;
/** As much as codes need, and slow phones can do. */
const MAX_SIDE = 800;

export interface ScanDialogProps {
  onScanned: (scanned: Scanned) => void;
  onClose: () => void;
}

/** Looks through this device's camera for a code that signs in. */
export function ScanDialog({ onScanned, onClose }: ScanDialogProps) {
  const video = useRef<HTMLVideoElement>(null);
  const [trouble, setTrouble] = useState<'camera' | 'other'>();
  useScanning(video, {
    onText: (text) => {
      const scanned = readScanned(text, basePath);
      if (scanned) onScanned(scanned);
      else setTrouble('other');
    },
    onNoCamera: () => setTrouble('camera'),
  });
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={words.title} description={words.text}>
      <div className="space-y-3">
        {trouble === 'camera' ? (
          <Problem title={words.noCamera} advice={words.noCameraAdvice} />
        ) : (
          <video
            ref={video}
            muted
            playsInline
            aria-label={words.picture}
            className="aspect-square w-full rounded-lg bg-picture object-cover"
          />
        )}
        <p role="status" className="text-13 text-muted empty:hidden">
          {trouble === 'other' && words.otherCode}
        </p>
      </div>
    </Dialog>
  );
}

interface ScanEvents {
  onText: (text: string) => void;
  onNoCamera: () => void;
}

/** Opens the camera while mounted, and reads codes from it. */
function useScanning(video: RefObject<HTMLVideoElement | null>, events: ScanEvents): void {
  const latest = useRef(events);
  latest.current = events;
  useEffect(() => {
    const ended = new AbortController();
    void scan(video, latest, ended.signal).catch(() => {
      if (!ended.signal.aborted) latest.current.onNoCamera();
    });
    return () => ended.abort();
  }, [video]);
}

async function scan(
  video: RefObject<HTMLVideoElement | null>,
  events: RefObject<ScanEvents>,
  signal: AbortSignal,
): Promise<void> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false });
  const stop = () => {
    for (const track of stream.getTracks()) track.stop();
  };
  if (signal.aborted || !video.current) return stop();
  signal.addEventListener('abort', stop);
  const element = video.current;
  element.srcObject = stream;
  await element.play();
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error(t.browserHasNoCanvas);
  const timer = setInterval(() => {
    const { videoWidth, videoHeight } = element;
    if (videoWidth === 0) return;
    const scale = Math.min(1, MAX_SIDE / Math.max(videoWidth, videoHeight));
    canvas.width = Math.round(videoWidth * scale);
    canvas.height = Math.round(videoHeight * scale);
    context.drawImage(element, 0, 0, canvas.width, canvas.height);
    const text = decodePicture(context.getImageData(0, 0, canvas.width, canvas.height));
    if (text !== undefined) events.current.onText(text);
  }, LOOK_EVERY_MS);
  signal.addEventListener('abort', () => clearInterval(timer));
}
