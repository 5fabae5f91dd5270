import { join } from 'node:path';
import type { Model } from '@lookout/protocol';
import type { ModelInfo } from '@lookout/vision';
import { EMBEDDED_MODEL, prepareEmbeddedModel, resolveModel } from '@lookout/vision/models';
import type { Settings } from '../config/settings.js';
import type { ModelService } from '../http/routes/models.js';

/** The models of this server: the one in use, and the embedded one that is always there. */
export class ModelLibrary implements ModelService {
  /** What is odd about the current model, once that is known. */
  warning: string | undefined;

  private constructor(
    /** What the analysis workers run. */
    readonly current: ModelInfo,
    readonly embedded: ModelInfo,
  ) {}

  /** @throws LookoutError `model_not_found`, `model_invalid` or `model_unsupported` */
  static async open({ data, model }: Pick<Settings, 'data' | 'model'>): Promise<ModelLibrary> {
    const modelsDir = join(data, 'models');
    const embedded = await prepareEmbeddedModel(modelsDir);
    const current =
      model === undefined || model === EMBEDDED_MODEL ? embedded : await resolveModel(model, { modelsDir });
    return new ModelLibrary(current, embedded);
  }

  list(): Model[] {
    const models = this.current === this.embedded ? [this.current] : [this.current, this.embedded];
    return models.map((info) => ({
      name: info.name,
      format: info.format,
      classes: [...info.classNames],
      input: describeInput(info),
      loaded: info === this.current,
      default: info === this.current,
      ...(info.licence !== undefined && { licence: info.licence }),
      ...(info === this.current && this.warning !== undefined && { warning: this.warning }),
    }));
  }
}

function describeInput({ input, precision }: ModelInfo): string {
  if (input.kind === 'free') return `320 to 640, free${precision === 'int8' ? '; in 8 bits' : ''}`;
  return `${input.width}×${input.height}${input.multiple ? ', or less for wide and tall pictures' : ''}`;
}
