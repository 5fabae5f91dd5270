import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeModel, modelInputs, modelMetadata, modelOutputs } from '../onnx/model-file.js';
import { colourYolo } from '../testing/colour-detectors.js';
import { graphOf, imageParts, textParts } from '../testing/embedding-graphs.js';
import { OPEN_DETECT_CONTRACTS } from './contracts.js';

function fitting(bytes: Uint8Array): string[] {
  const model = decodeModel(bytes);
  const graph = {
    path: '/m',
    inputs: modelInputs(model),
    outputs: modelOutputs(model),
    metadata: modelMetadata(model),
  };
  return OPEN_DETECT_CONTRACTS.filter((contract) => contract.fits(graph)).map(
    ({ family, role }) => `${family} ${role}`,
  );
}

const owl = (file: string) => readFileSync(new URL(`../../fixtures/open-detection/${file}.onnx`, import.meta.url));
const input = { width: 64, height: 64 };

describe('OPEN_DETECT_CONTRACTS', () => {
  it.each<[string, Uint8Array, string[]]>([
    ['OWL-ViT', owl('owlvit/model'), ['owl model']],
    ['OWLv2', owl('owlv2/model'), ['owl model']],
    ['its image part', owl('owlv2/image'), ['owl image']],
    ['its text part', owl('owlv2/text'), ['owl text']],
    ['its last part', owl('owlv2/post'), ['owl decoder']],
    ['YOLO-World', colourYolo(input), ['yolo-world model']],
    [
      'YOLO-World of mmyolo',
      colourYolo({ ...input, vectors: 'text_features', head: 'lists' }),
      ['yolo-world-mm model'],
    ],
    ['YOLOE', colourYolo({ ...input, vectors: 'prompt_embeddings', masks: 32 }), ['yoloe model']],
    [
      'the text tower of CLIP',
      graphOf(textParts({ output: 'text_embeds', length: 77 })),
      ['owl text', 'yolo-world text', 'yolo-world-mm text'],
    ],
    [
      'the text tower of YOLOE',
      graphOf(textParts({ output: 'prompt_embeddings', length: 77 })),
      ['owl text', 'yoloe text'],
    ],
    ['the image side of CLIP', graphOf(imageParts({ output: 'image_embeds', size: 224 })), []],
  ])('knows %s', (_, bytes, expected) => {
    expect(fitting(bytes)).toEqual(expected);
  });
});
