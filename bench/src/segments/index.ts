import { byBox, byClick, segmentQuality, TINYSEG, YOLOV8N_SEG } from '@lookout/server/segment-testing';
import { openSegmenter } from '@lookout/vision/tasks';
import { report } from '../lib/options.js';

/**
 * Mask quality on the objects of 128 real images, against hand-drawn outlines: a small model with boxes, and a YOLOv8n-seg with clicks at
 * the thickest place of each object. `npm run bench -- segments`; needs `../shared`. The exit code is 1 when the mean IoU is below 0.5, over
 * all objects or over those at the border.
 */
export async function run(): Promise<void> {
  let holds = true;
  for (const { model, prompt, kind } of [
    { model: TINYSEG, prompt: byBox, kind: 'box' },
    { model: YOLOV8N_SEG, prompt: byClick, kind: 'click' },
  ]) {
    const segmenter = await openSegmenter(model, {});
    const quality = await segmentQuality(segmenter, prompt);
    await segmenter.close();
    const passed = report(`${model.name}, ${kind} → mask, ${quality.objects} objects of 128 COCO images`, [
      { name: 'mean IoU', value: quality.meanIou, atLeast: 0.5 },
      { name: `mean IoU of ${quality.atBorder} at the border`, value: quality.meanIouAtBorder, atLeast: 0.5 },
      { name: 'without a mask', value: quality.missed },
    ]);
    holds &&= passed;
    console.log(JSON.stringify({ bench: 'segments', model: model.name, prompt: kind, ...quality }));
  }
  if (!holds) process.exitCode = 1;
}
