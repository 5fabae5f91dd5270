import type { CatalogueEntry, CatalogueFile, FileRole } from './catalogue-entry.js';

const YOLOX_RELEASE = 'https://github.com/Megvii-BaseDetection/YOLOX/releases/download/0.1.1rc0';
const EFFICIENT_SAM =
  'https://raw.githubusercontent.com/yformer/EfficientSAM/d525f622e6f640acf5a0fc37c7ca1f243da5bde0/weights';

/** Address of a Hugging Face repository at a commit. */
function hub(repository: string, commit: string): string {
  return `https://huggingface.co/${repository}/resolve/${commit}`;
}

const D_FINE_N = hub('onnx-community/dfine_n_coco-ONNX', '380d2839c327efaf65dd0fe0c2c10ab7fadd5473');
const D_FINE_S = hub('onnx-community/dfine_s_coco-ONNX', 'a3cf03147a9b86c78475139115c8ac142577352d');
const RF_DETR_N = hub('onnx-community/rfdetr_nano-ONNX', 'eae21cee0687a91bcf9fa071605c48d7705d2d91');
const RF_DETR_S = hub('onnx-community/rfdetr_small-ONNX', '63463b68b200177d1fea7015f11f3cebb0ba4eeb');
const TINY_CLIP = hub(
  'onnx-community/TinyCLIP-ViT-8M-16-Text-3M-YFCC15M-ONNX',
  '9463a9c508a344c837ffefe9d724f3827bf2dc79',
);
const SIGLIP_2 = hub('onnx-community/siglip2-base-patch16-224-ONNX', 'ba1f3b0843f24bc5417d38e19c37b287d719b2f4');
const MOBILE_CLIP = hub('Xenova/mobileclip_s0', '757d59c9c6870a76a4b0306f05f5061bca15c39f');
const OWL_V2 = hub('onnx-community/owlv2-base-patch16-ensemble-ONNX', '180d6ef7599bd69bb48db5c72bd49ad03ddfab80');
const SAM_EXPORTER = hub('nrl-ai/samexporter-onnx-models', '5050a79cd4b912dd745fff83047c4ef6fbd97be5');

/**
 * Models at their authors' addresses, or at those of exports that the authors link to. Sizes and checksums of the files are as pinned by
 * several independent projects. For each task, the first installed model is used unless another is chosen.
 */
export const CATALOGUE: readonly CatalogueEntry[] = [
  detector('yolox-nano', 'As fast as the built-in model, for a small computer', {
    ...{ input: '416×416', memoryMb: 40, speed: { ms: 15, per: 'picture' } },
    file: file(
      'model',
      'yolox_nano.onnx',
      `${YOLOX_RELEASE}/yolox_nano.onnx`,
      3_659_407,
      'c789161ed43c8269fcd4e67c67eeeb4e80c622da2eb296a20bc6007bd18a0b7d',
    ),
  }),
  detector('yolox-tiny', 'More accurate, for one or two cameras on each processor core', {
    ...{ input: '416×416', memoryMb: 70, speed: { ms: 50, per: 'picture' } },
    file: file(
      'model',
      'yolox_tiny.onnx',
      `${YOLOX_RELEASE}/yolox_tiny.onnx`,
      20_219_662,
      '427cc366d34e27ff7a03e2899b5e3671425c262ea2291f88bb942bc1cc70b0f7',
    ),
  }),
  detector('yolox-s', 'Accurate, for a graphics card or a low frame rate', {
    ...{ input: '640×640', memoryMb: 130, speed: { ms: 200, per: 'picture' } },
    file: file(
      'model',
      'yolox_s.onnx',
      `${YOLOX_RELEASE}/yolox_s.onnx`,
      35_858_002,
      'c5c2d13e59ae883e6af3b45daea64af4833a4951c92d116ec270d9ddbe998063',
    ),
  }),
  detector('yolox-m', 'More accurate than yolox-s and half as fast, for a graphics card', {
    ...{ input: '640×640', memoryMb: 260, speed: { ms: 500, per: 'picture' } },
    file: file(
      'model',
      'yolox_m.onnx',
      `${YOLOX_RELEASE}/yolox_m.onnx`,
      101_259_744,
      '21ff6cfdeb53b013bac2249599e55f00bff3cfdfdab37ed7a4620818c1d15b3f',
    ),
  }),
  detector('d-fine-n', 'Accurate for its size, for one camera on a few processor cores', {
    ...{ input: '640×640', memoryMb: 100, speed: { ms: 100, per: 'picture' } },
    file: file(
      'model',
      'dfine_n_coco.onnx',
      `${D_FINE_N}/onnx/model.onnx`,
      15_258_358,
      '0f684f409618ee8a822410e754a29caa817d1aa16283ce89cad936d0a48e2f35',
    ),
  }),
  detector('d-fine-s', 'Very accurate, for a graphics card or a low frame rate', {
    ...{ input: '640×640', memoryMb: 160, speed: { ms: 300, per: 'picture' } },
    file: file(
      'model',
      'dfine_s_coco.onnx',
      `${D_FINE_S}/onnx/model.onnx`,
      41_535_197,
      'cd8a49a945feda6d28c6304ae8ae85c2759ba1d78a5a83a22c5ce8db82ef7238',
    ),
  }),
  detector('rf-detr-nano', 'Very accurate with people and vehicles, for a graphics card', {
    ...{ input: '384×384', memoryMb: 260, speed: { ms: 300, per: 'picture' } },
    file: file(
      'model',
      'rfdetr_nano.onnx',
      `${RF_DETR_N}/onnx/model.onnx`,
      108_074_865,
      '9cbac6b11ce34a03034e4d5a24cfac5f18632fd6761d1311dd640232088d7fee',
    ),
  }),
  detector('rf-detr-small', 'The most accurate, for a graphics card', {
    ...{ input: '512×512', memoryMb: 300, speed: { ms: 600, per: 'picture' } },
    file: file(
      'model',
      'rfdetr_small.onnx',
      `${RF_DETR_S}/onnx/model.onnx`,
      114_680_416,
      '121cc1476a7b69d865ca4bdc2bca59a3239020d227e4c3f35a811bef81aeb7f1',
    ),
  }),
  {
    name: 'siglip2-b16',
    task: 'embed',
    description: 'Understands words best, for four or more processor cores and 2 GB of free memory',
    ...free('Apache-2.0'),
    ...{ input: '224×224', memoryMb: 1700, speed: { ms: 200, per: 'object' } },
    files: [
      file(
        'image',
        'vision_model_fp16.onnx',
        `${SIGLIP_2}/onnx/vision_model_fp16.onnx`,
        186_039_516,
        'a1959f7bd3993a607e48839f6d01e25b876fe76afda301b028b78eef68aabd95',
      ),
      file(
        'text',
        'text_model_fp16.onnx',
        `${SIGLIP_2}/onnx/text_model_fp16.onnx`,
        564_862_230,
        '711da56ada0a4aa11c7dd3320df741081a3cae4f0ae1b5e5c6d5b294738d0eb0',
      ),
      file(
        'tokenizer',
        'tokenizer.json',
        `${SIGLIP_2}/tokenizer.json`,
        34_363_039,
        'cb9140fae3ac5122c972d37adf83e1248471a38147ad76f8215c8872c6fd8322',
      ),
      file(
        'preprocessor',
        'preprocessor_config.json',
        `${SIGLIP_2}/preprocessor_config.json`,
        394,
        '9b36b57ebaf20f09bf4c22100ccc21877ea6bfe5aead0c00c59f8af8ccefacfc',
      ),
    ],
  },
  {
    name: 'tinyclip-8m',
    task: 'embed',
    description: 'Understands words, small enough for any computer',
    ...free('MIT'),
    ...{ input: '224×224', memoryMb: 220, speed: { ms: 20, per: 'object' } },
    files: [
      file(
        'model',
        'model.onnx',
        `${TINY_CLIP}/onnx/model.onnx`,
        94_071_688,
        '31d28cb07209533d10fc4fef73ac324ce17de6741a2372e7e1531a4ac8fdaeb2',
      ),
      file(
        'tokenizer',
        'tokenizer.json',
        `${TINY_CLIP}/tokenizer.json`,
        3_642_073,
        '6d9109cc838977f3ca94a379eec36aecc7c807e1785cd729660ca2fc0171fb35',
      ),
      file(
        'preprocessor',
        'preprocessor_config.json',
        `${TINY_CLIP}/preprocessor_config.json`,
        468,
        '5df7e578c37e907a431daf47fd592fc49fa50d23ed4c41285a0a34a58a9d2e06',
      ),
    ],
  },
  {
    name: 'mobileclip-s0',
    task: 'embed',
    description: 'Understands words about as well as models five times its size; for research only',
    ...{ licence: 'apple-amlr', use: 'research', isVerified: false },
    ...{ input: '256×256', memoryMb: 230, speed: { ms: 40, per: 'object' } },
    files: [
      file(
        'image',
        'vision_model.onnx',
        `${MOBILE_CLIP}/onnx/vision_model.onnx`,
        45_543_630,
        '17d3c037b1d488c10c50e09f6009ea5a198caef4e0e8f4ea5617b7cb2d067ac0',
      ),
      file(
        'text',
        'text_model_quantized.onnx',
        `${MOBILE_CLIP}/onnx/text_model_quantized.onnx`,
        42_799_238,
        'b8557b10e5c23a0126c6d2e6eba48d240484979007917d128953b31618a04211',
      ),
      file(
        'tokenizer',
        'tokenizer.json',
        `${MOBILE_CLIP}/tokenizer.json`,
        2_224_081,
        '72ed5c96db5729294468543e4bc75fce14ca63f58e37300290189ba1c1e52b85',
      ),
      file(
        'preprocessor',
        'preprocessor_config.json',
        `${MOBILE_CLIP}/preprocessor_config.json`,
        382,
        'b031f09fbd69e22a605b6cc7433993249ee893b7fc1b79321f669cd015493dd4',
      ),
    ],
  },
  {
    name: 'owlv2-base',
    task: 'open-detect',
    description: 'Looks every few seconds for anything you describe',
    ...free('Apache-2.0'),
    ...{ input: '960×960', memoryMb: 900, speed: { ms: 8000, per: 'picture' } },
    files: [
      file(
        'model',
        'model_int8.onnx',
        `${OWL_V2}/onnx/model_int8.onnx`,
        163_173_570,
        'e9cc288738a96a5a9b730801f622b2e1a531ed2a93d02dd1227a4d35fd9690c6',
      ),
      file(
        'tokenizer',
        'tokenizer.json',
        `${OWL_V2}/tokenizer.json`,
        3_642_208,
        'e277946093d72c7748281a6a344d6c79a5226c48954d6797dc36984aea23ac60',
      ),
      file(
        'preprocessor',
        'preprocessor_config.json',
        `${OWL_V2}/preprocessor_config.json`,
        425,
        'cf3e396635b797ee1a464e1b2836e98748f8edac19e89aaa2c93b55ac15b0064',
      ),
    ],
  },
  {
    name: 'efficientsam-ti',
    task: 'segment',
    description: 'Cuts out the object you click on, for most computers',
    ...free('Apache-2.0'),
    ...{
      input: 'any size',
      memoryMb: 600,
      speed: { ms: 5000, per: 'picture' },
    },
    files: [
      file(
        'encoder',
        'efficient_sam_vitt_encoder.onnx',
        `${EFFICIENT_SAM}/efficient_sam_vitt_encoder.onnx`,
        24_799_761,
        '84ed466ffcc5c1f8d08409bc34a23bb364ab2c15e402cb12d4335a42be0e0951',
      ),
      file(
        'decoder',
        'efficient_sam_vitt_decoder.onnx',
        `${EFFICIENT_SAM}/efficient_sam_vitt_decoder.onnx`,
        16_565_728,
        'a62f8fa5ea080447c0689418d69e58f1e83e0b7adf9c142e2bd9bcc8045c0b11',
      ),
    ],
  },
  {
    name: 'mobilesam',
    task: 'segment',
    description: 'Cuts out the object you click on, faster on most computers',
    ...free('Apache-2.0'),
    ...{
      input: '1024×1024',
      memoryMb: 500,
      speed: { ms: 2500, per: 'picture' },
    },
    files: [
      file(
        'encoder',
        'mobile_sam.encoder.onnx',
        `${SAM_EXPORTER}/mobile_sam/mobile_sam.encoder.onnx`,
        28_157_853,
        '8c1494f7dc70b61b15bc7ab8e4291804d47294d881da137b099b04c1776535dd',
      ),
      file(
        'decoder',
        'mobile_sam.decoder.onnx',
        `${SAM_EXPORTER}/mobile_sam/mobile_sam.decoder.onnx`,
        16_502_895,
        '23c11087a0c1930d863ba37fdf0f2b0080f5a94269191f679ffd16b8415f0a38',
      ),
    ],
  },
];

export function findCatalogueEntry(name: string): CatalogueEntry | undefined {
  return CATALOGUE.find((entry) => entry.name === name);
}

function file(role: FileRole, name: string, url: string, bytes: number, sha256: string): CatalogueFile {
  return { role, name, url, bytes, sha256 };
}

function free(licence: string): Pick<CatalogueEntry, 'licence' | 'use' | 'isVerified'> {
  return { licence, use: 'any', isVerified: false };
}

/** A single-file detector of COCO's classes. */
function detector(
  name: string,
  description: string,
  { file: only, ...facts }: Pick<CatalogueEntry, 'input' | 'memoryMb' | 'speed'> & { file: CatalogueFile },
): CatalogueEntry {
  return {
    name,
    task: 'detect',
    description: `${description}; finds 80 kinds of objects`,
    ...free('Apache-2.0'),
    ...facts,
    files: [only],
  };
}
