import { rename, rm, stat } from 'node:fs/promises';
import { parentPort } from 'node:worker_threads';
import { ClipEncoder, PictureCodec } from '@lookout/media/codec';
import { LookoutError } from '@lookout/protocol/core';
import { setThreadNice } from '../../platform/threads/thread-priority.js';
import { readClipFile } from './clip-file.js';
import type { ClipJob, FromClipWorker, ToClipWorker } from './clip-messages.js';

// Makes videos of recordings, one at a time: decoding and encoding a frame takes some 10 to 40 ms.

const port = parentPort;
if (!port) throw new TypeError('clip-worker runs as a worker thread');
// Nobody's live video waits for a clip.
setThreadNice(10);
const codec = new PictureCodec();

async function make({ recording, fromMs, untilMs, path }: ClipJob): Promise<number> {
  const unfinished = `${path}.part`;
  let clip: ClipEncoder | undefined;
  try {
    for await (const { timestampMs, jpeg } of readClipFile(recording)) {
      if (timestampMs < fromMs) continue;
      if (timestampMs > untilMs) break;
      using picture = codec.decodeJpeg(jpeg);
      clip ??= new ClipEncoder(unfinished, picture);
      clip.add(picture, timestampMs);
    }
    if (!clip) throw new LookoutError('not_found', 'The recording has no frames of this time');
    clip.finish();
    await rename(unfinished, path);
    return (await stat(path)).size;
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  } finally {
    clip?.[Symbol.dispose]();
  }
}

function answer(message: FromClipWorker): void {
  port?.postMessage(message);
}

/** Jobs come one at a time, so that none is running when the thread is closed. */
port.on('message', (message: ToClipWorker) => {
  if (message.type === 'close') {
    codec.close();
    port.close();
    return;
  }
  make(message.job).then(
    (bytes) => answer({ bytes }),
    (error: unknown) => {
      const code = error instanceof LookoutError ? error.code : 'storage_failed';
      answer({ error: { code, message: error instanceof Error ? error.message : String(error) } });
    },
  );
});
