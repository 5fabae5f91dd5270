import { type Detection, LookoutClient } from '@lookout/client';

// The page's own origin: its server hands on what is for Lookout (see vite.config.ts).
const lookout = new LookoutClient();

const file = document.querySelector<HTMLInputElement>('#file')!;
const via = document.querySelector<HTMLSelectElement>('#via')!;
const answer = document.querySelector<HTMLPreElement>('#answer')!;
const canvas = document.querySelector<HTMLCanvasElement>('#picture')!;

file.addEventListener('change', async () => {
  const picture = file.files?.[0];
  if (!picture) return;
  answer.textContent = 'asking …';
  try {
    const detections = await detect(picture);
    await draw(picture, detections);
    answer.textContent = detections.map(inWords).join('\n') || 'Nothing was found';
  } catch (error) {
    answer.textContent = error instanceof Error ? error.message : String(error);
  }
});

file.disabled = false;

async function detect(picture: Blob): Promise<Detection[]> {
  if (via.value === 'rest') return (await lookout.detect(picture)).detections;
  // For one picture a session is too much; a camera's frames would go through the same one.
  const session = await lookout.openDetectionSession({ transport: via.value as 'ws' | 'sse' });
  try {
    const result = await session.detect(picture);
    if (result.type === 'dropped') throw new Error(`Nobody looked at it: ${result.reason}`);
    return result.detections;
  } finally {
    await session.close();
  }
}

async function draw(picture: Blob, detections: Detection[]): Promise<void> {
  const bitmap = await createImageBitmap(picture);
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  const context = canvas.getContext('2d')!;
  context.drawImage(bitmap, 0, 0);
  context.strokeStyle = 'lime';
  context.lineWidth = Math.max(2, bitmap.width / 400);
  for (const { bbox } of detections) {
    const [x1, y1, x2, y2] = bbox;
    context.strokeRect(x1, y1, x2 - x1, y2 - y1);
  }
}

function inWords({ class_name, confidence, bbox }: Detection): string {
  return `${class_name} ${confidence.toFixed(2)} [${bbox.map(Math.round).join(', ')}]`;
}
