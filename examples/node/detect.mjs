// @ts-check
// What is in pictures, by a running Lookout: node detect.mjs [--via rest|ws|sse] photo.jpg …
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { LookoutClient, LookoutError } from '@lookout/client';

const { values, positionals: paths } = parseArgs({
  options: { via: { type: 'string', default: 'rest' } },
  allowPositionals: true,
});
const lookout = new LookoutClient({ baseUrl: process.env.LOOKOUT_URL, apiKey: process.env.LOOKOUT_KEY });

/** @param {string} name @param {import('@lookout/client').Detection[]} detections */
function show(name, detections) {
  for (const { class_name, track_id, confidence, bbox } of detections) {
    const track = track_id === undefined ? '' : ` #${track_id}`;
    console.log(`${name}: ${class_name}${track} ${confidence.toFixed(2)} [${bbox.map(Math.round).join(', ')}]`);
  }
}

async function byRest() {
  for (const path of paths) {
    const { detections } = await lookout.detect(await readFile(path));
    show(path, detections);
  }
}

/** @param {'ws' | 'sse'} transport */
async function bySession(transport) {
  const session = await lookout.openDetectionSession({ transport, settings: { fps_limit: 30 } });
  try {
    for await (const answer of session.stream(frames())) {
      if (answer.type === 'result') show(String(answer.frameId), answer.detections);
      else if (answer.type === 'dropped') console.log(`${answer.frameId}: nobody looked at it: ${answer.reason}`);
      else console.log(`${answer.frameId}: ${answer.error.message}`);
    }
  } finally {
    await session.close();
  }
}

/** The source of a stream: it is asked for the next picture when there is room for it. */
async function* frames() {
  for (const path of paths) yield { image: await readFile(path), frameId: path };
}

try {
  await (values.via === 'ws' || values.via === 'sse' ? bySession(values.via) : byRest());
} catch (error) {
  if (!(error instanceof LookoutError)) throw error;
  console.error([error.message, error.hint].filter(Boolean).join('\n'));
  process.exitCode = 1;
}
