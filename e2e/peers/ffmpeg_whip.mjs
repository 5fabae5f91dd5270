// Publishes an H.264 clip without B-frames by WHIP at its own speed, with the muxer of the FFmpeg in node-av. Arguments: the clip, the endpoint.
import { setTimeout as sleep } from 'node:timers/promises';
import { Demuxer, Muxer } from 'node-av/api';

// node-av's generators need it, and Node 20 lacks it.
Promise.withResolvers ??= () => {
  let settle;
  const promise = new Promise((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...settle };
};

const [clip, endpoint] = process.argv.slice(2);
const input = await Demuxer.open(clip);
const video = input.video();
const output = await Muxer.open(endpoint, { format: 'whip', input });
const stream = output.addStream(video);
const startMs = performance.now();
for await (const packet of input.packets(video.index)) {
  if (packet === null) break;
  const dueMs = (Number(packet.dts) * video.timeBase.num * 1000) / video.timeBase.den;
  await sleep(Math.max(0, startMs + dueMs - performance.now()));
  await output.writePacket(packet, stream);
}
await output.close();
await input.close();
