import type { ImageSettings } from '@lookout/protocol';
import { queryEntries } from './try-settings.js';

export type Language = 'browser' | 'node' | 'python' | 'curl';

export const LANGUAGES: ReadonlyArray<{ value: Language; label: string }> = [
  { value: 'curl', label: 'curl' },
  { value: 'python', label: 'Python' },
  { value: 'node', label: 'Node' },
  { value: 'browser', label: 'Browser' },
];

export interface Sample {
  /** `http://127.0.0.1:8080` */
  origin: string;
  settings: ImageSettings;
  /** Whether the server requires a sign-in: the code then sends a key. */
  withKey: boolean;
}

/** Code for `POST /api/detect` with one picture. */
export function imageSample(language: Language, sample: Sample): string {
  return { browser: browserImage, node: nodeImage, python: pythonImage, curl: curlImage }[language](sample);
}

/** Code for a session with many frames: `WS /stream/detection`, or for curl, which does not support WebSockets, separate requests. */
export function sessionSample(language: Language, sample: Sample): string {
  return { browser: browserSession, node: nodeSession, python: pythonSession, curl: curlSession }[language](sample);
}

function query(settings: ImageSettings): string {
  const entries = queryEntries(settings);
  return entries.length === 0 ? '' : `?${new URLSearchParams(entries)}`;
}

const detectUrl = ({ origin, settings }: Sample) => `${origin}/api/detect${query(settings)}`;
const socketUrl = ({ origin, settings }: Sample) =>
  `${origin.replace(/^http/, 'ws')}/stream/detection${query(settings)}`;

const SCRIPT_KEY = `Authorization: \`Bearer \${process.env.LOOKOUT_KEY}\``;

function browserImage(sample: Sample): string {
  return `// On a page of this server; picture: a File or Blob, e.g. from <input type="file">
const response = await fetch(${script(detectUrl(sample))}, {
  method: 'POST',
  headers: { 'Content-Type': picture.type },
  body: picture,
});
const answer = await response.json();
if (!response.ok) throw new Error(answer.detail);
for (const { class_name, confidence, bbox } of answer.detections) {
  console.log(class_name, confidence, bbox);
}`;
}

function nodeImage(sample: Sample): string {
  return `// node detect.mjs photo.jpg
import { readFile } from 'node:fs/promises';

const response = await fetch(${script(detectUrl(sample))}, {
  method: 'POST',
  headers: { 'Content-Type': 'image/jpeg'${sample.withKey ? `, ${SCRIPT_KEY}` : ''} },
  body: await readFile(process.argv[2]),
});
const answer = await response.json();
if (!response.ok) throw new Error(answer.detail);
for (const { class_name, confidence, bbox } of answer.detections) {
  console.log(class_name, confidence, bbox);
}`;
}

function pythonImage({ origin, settings, withKey }: Sample): string {
  const parameters = queryEntries(settings).map(([name, value]) => `        ${script(name)}: ${pythonValue(value)},\n`);
  const key = withKey ? `, 'Authorization': f"Bearer {os.environ['LOOKOUT_KEY']}"` : '';
  return `# pip install requests; python3 detect.py photo.jpg
${withKey ? 'import os\n' : ''}import sys

import requests

with open(sys.argv[1], 'rb') as picture:
    response = requests.post(
        ${script(`${origin}/api/detect`)},
        params={
${parameters.map((line) => `    ${line}`).join('')}        },
        headers={'Content-Type': 'image/jpeg'${key}},
        data=picture,
        timeout=30,
    )
answer = response.json()
if not response.ok:
    sys.exit(answer['detail'])
for found in answer['detections']:
    print(found['class_name'], found['confidence'], found['bbox'])`;
}

function curlImage(sample: Sample): string {
  return `curl --data-binary @photo.jpg \\
  -H 'Content-Type: image/jpeg' \\
${curlKey(sample)}  ${shell(detectUrl(sample))}`;
}

function browserSession(sample: Sample): string {
  return `// On a page of this server; nextFrame() returns a JPEG as a Blob, e.g. from canvas.toBlob
const socket = new WebSocket(${script(socketUrl(sample))});
// One frame in flight at a time, so no answer is old.
const sendNext = async () => socket.send(await nextFrame());
socket.onopen = sendNext;
socket.onmessage = ({ data }) => {
  const message = JSON.parse(data);
  if (message.type === 'detection_result') {
    for (const { class_name, confidence, bbox } of message.data.detections) {
      console.log(class_name, confidence, bbox);
    }
  } else console.warn(message);
  void sendNext();
};`;
}

function nodeSession(sample: Sample): string {
  const key = sample.withKey ? `, { headers: { ${SCRIPT_KEY} } }` : '';
  return `// npm install ws; node detect.mjs frame1.jpg frame2.jpg …
import { readFileSync } from 'node:fs';
import { WebSocket } from 'ws';

const frames = process.argv.slice(2);
const socket = new WebSocket(${script(socketUrl(sample))}${key});
// One frame in flight at a time, so no answer is old.
const sendNext = () => {
  const frame = frames.shift();
  if (frame) socket.send(readFileSync(frame));
  else socket.close();
};
socket.on('open', sendNext);
socket.on('message', (text) => {
  const message = JSON.parse(text);
  if (message.type === 'detection_result') {
    for (const { class_name, confidence, bbox } of message.data.detections) {
      console.log(class_name, confidence, bbox);
    }
  } else console.warn(message);
  sendNext();
});`;
}

function pythonSession(sample: Sample): string {
  const key = sample.withKey ? `, additional_headers={'Authorization': f"Bearer {os.environ['LOOKOUT_KEY']}"}` : '';
  return `# pip install websockets; python3 detect.py frame1.jpg frame2.jpg …
import json
${sample.withKey ? 'import os\n' : ''}import sys

from websockets.sync.client import connect

with connect(${script(socketUrl(sample))}${key}) as socket:
    for path in sys.argv[1:]:
        with open(path, 'rb') as frame:
            socket.send(frame.read())
        # One frame in flight at a time, so no answer is old.
        message = json.loads(socket.recv())
        if message['type'] != 'detection_result':
            print(message, file=sys.stderr)
            continue
        for found in message['data']['detections']:
            print(found['class_name'], found['confidence'], found['bbox'])`;
}

function curlSession(sample: Sample): string {
  const { origin, settings } = sample;
  const key = curlKey(sample);
  return `# A session opens once …
curl -H 'Content-Type: application/json' \\
${key}  -d ${shell(JSON.stringify(settings))} \\
  ${origin}/stream/sessions
# … and takes frame after frame: put in the client_id it was answered with.
curl --data-binary @frame.jpg -H 'Content-Type: image/jpeg' \\
${key}  '${origin}/stream/process/CLIENT_ID?wait=true'`;
}

function curlKey({ withKey }: Sample): string {
  return withKey ? '  -H "Authorization: Bearer $LOOKOUT_KEY" \\\n' : '';
}

/** A single-quoted string for JavaScript and Python. */
function script(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** Numbers literally, everything else as a string. */
function pythonValue(value: string): string {
  return /^-?\d+(\.\d+)?$/.test(value) ? value : script(value);
}

/** A single-quoted string for shells. */
function shell(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
