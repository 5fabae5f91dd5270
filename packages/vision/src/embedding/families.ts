import { LookoutError } from '@lookout/protocol/core';
import type { ImagePreparation, Rgb } from '../image/preparation.js';
import type { TokenFormat } from '../text/token-row.js';
import type { TextTokenizer } from '../text/tokenizer.js';

export type EmbedFamilyName = 'clip' | 'siglip' | 'mobileclip' | 'sentence';

/** Common to all models of a family, apart from input and output names. */
export interface EmbedFamily {
  /** Used where `preprocessor_config.json` gives nothing. @param size pixels of the square input, undefined if dynamic */
  preparation(size: number | undefined): ImagePreparation;
  /** @param length tokens of the graph's input, undefined if dynamic. @throws LookoutError `model_unsupported` for another tokenizer */
  tokenFormat(tokenizer: TextTokenizer, length: number | undefined): TokenFormat;
  readonly logit: { readonly scale: number; readonly bias: number };
}

const CLIP_MEAN: Rgb = [0.48145466, 0.4578275, 0.40821073];
const CLIP_STD: Rgb = [0.26862954, 0.26130258, 0.27577711];
const HALF: Rgb = [0.5, 0.5, 0.5];
const PER_BYTE = 1 / 255;

/** Maximum length where a sentence encoder's tokenizer does not give one. */
const SENTENCE_TOKENS = 256;
/** Number of positions of BERT-like models. */
const MAX_SENTENCE_TOKENS = 512;

export const EMBED_FAMILIES: Readonly<Record<EmbedFamilyName, EmbedFamily>> = {
  // Radford et al. 2021 (arXiv:2103.00020); the logit scale of all trained models is at its upper limit, 100.
  clip: {
    preparation: (size = 224) => shortestEdge(size, 'bicubic', CLIP_MEAN, CLIP_STD),
    tokenFormat: (tokenizer, length = 77) => {
      const { start, end } = clipTokens(tokenizer);
      return fixedRow([start], [end], length, tokenizer.padId ?? end);
    },
    logit: { scale: 100, bias: 0 },
  },
  // Tschannen et al. 2025 (arXiv:2502.14786); scale and bias are those of siglip2-base-patch16-224.
  siglip: {
    preparation: (size = 224) => ({
      resize: { width: size, height: size },
      filter: 'bilinear',
      rescale: PER_BYTE,
      mean: HALF,
      std: HALF,
    }),
    tokenFormat: (tokenizer, length = 64) => {
      // Gemma's vocabulary (SigLIP 2) pads with <pad>, that of the first SigLIP with its end token.
      const gemmaEnd = tokenizer.idOf('<eos>');
      const end = gemmaEnd ?? tokenizer.idOf('</s>');
      if (end === undefined || tokenizer.kind === 'WordPiece') {
        throw wrongTokenizer('SigLIP', 'a SentencePiece vocabulary with <eos> or </s>');
      }
      const padId = gemmaEnd === undefined ? end : (tokenizer.idOf('<pad>') ?? 0);
      return { ...fixedRow([], [end], length, tokenizer.padId ?? padId), lowerCase: true };
    },
    logit: { scale: Math.exp(4.72445), bias: -16.7717 },
  },
  // Vasu et al. 2024 (arXiv:2311.17049), with the preparation and the tokenizer of open_clip, which pads with zeros.
  mobileclip: {
    preparation: (size = 256) => shortestEdge(size, 'bilinear', [0, 0, 0], [1, 1, 1]),
    tokenFormat: (tokenizer, length = 77) => {
      const { start, end } = clipTokens(tokenizer);
      return fixedRow([start], [end], length, 0);
    },
    logit: { scale: 100, bias: 0 },
  },
  // A text encoder (Reimers and Gurevych 2019, arXiv:1908.10084) and an image encoder trained to match it. The scale is the one that
  // sentence-transformers trains with.
  sentence: {
    preparation: (size = 224) => shortestEdge(size, 'bicubic', CLIP_MEAN, CLIP_STD),
    tokenFormat: (tokenizer, length) => ({
      prefix: tokenizer.prefix,
      suffix: tokenizer.suffix,
      maxLength: length ?? Math.min(tokenizer.maxLength ?? SENTENCE_TOKENS, MAX_SENTENCE_TOKENS),
      padTo: length,
      padId: tokenizer.padId ?? 0,
      lowerCase: false,
    }),
    logit: { scale: 20, bias: 0 },
  },
};

/**
 * Logit scale and bias: those that the graph returns, otherwise the family's.
 * @param scale `logit_scale`; exporters give it directly or as its logarithm, which open_clip keeps below ln 100 ≈ 4.6
 */
export function modelLogit(
  family: EmbedFamily,
  scale: number | undefined,
  bias: number | undefined,
): EmbedFamily['logit'] {
  const given = scale !== undefined && scale <= 5 ? Math.exp(scale) : scale;
  return { scale: given ?? family.logit.scale, bias: bias ?? family.logit.bias };
}

/** @throws LookoutError `model_unsupported` */
export function embedFamily(name: string): EmbedFamily {
  if (Object.hasOwn(EMBED_FAMILIES, name)) return EMBED_FAMILIES[name as EmbedFamilyName];
  throw new LookoutError('model_unsupported', `There is no family of embedding models named ${name}`);
}

function shortestEdge(size: number, filter: ImagePreparation['filter'], mean: Rgb, std: Rgb): ImagePreparation {
  const crop = { width: size, height: size };
  return { resize: { shortestEdge: size }, filter, crop, rescale: PER_BYTE, mean, std };
}

function fixedRow(prefix: number[], suffix: number[], length: number, padId: number): TokenFormat {
  return { prefix, suffix, maxLength: length, padTo: length, padId, lowerCase: false };
}

function clipTokens(tokenizer: TextTokenizer): { start: number; end: number } {
  const start = tokenizer.idOf('<|startoftext|>');
  const end = tokenizer.idOf('<|endoftext|>');
  if (start === undefined || end === undefined) {
    throw wrongTokenizer('CLIP', 'a byte-pair vocabulary with <|startoftext|> and <|endoftext|>');
  }
  return { start, end };
}

function wrongTokenizer(family: string, expected: string): LookoutError {
  return new LookoutError(
    'model_unsupported',
    `tokenizer.json does not fit a ${family} model, which needs ${expected}`,
    {
      hint: 'Use the tokenizer.json published with the model',
    },
  );
}
