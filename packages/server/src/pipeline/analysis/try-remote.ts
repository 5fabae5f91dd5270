import type { ModelInfo, RemoteModel } from '@lookout/vision';
import type { ModelRunner } from '@lookout/vision/detector';
import { describeTensors, judgeReadings } from '@lookout/vision/models';
import { openTrial } from '../../platform/models/open-trial.js';

/**
 * Runs a remote model on the trial photos. The metadata of its server may fit several formats; the format has already been
 * chosen, but a wrong choice can be reported.
 * @param runs see `CountedRunner`
 * @returns a warning for the operator, if any. A model that can't take the photos may still work with a camera's frames.
 */
export async function tryRemote(
  model: ModelInfo & { remote: RemoteModel },
  runner: ModelRunner,
  runs: Int32Array,
): Promise<string | undefined> {
  const { name, path, format } = model;
  using trial = await openTrial(runs);
  try {
    const others = describeTensors(model.remote, { names: [...model.classNames] })
      .filter((other) => other.format !== format)
      .map((other) => ({ ...other, name, path }));
    const advice = 'If the model has another format, set it in the file given by `kserve.sidecar`.';
    const { index, reading } = await judgeReadings([model, ...others], runner, trial.photos, advice);
    const better = index === 0 ? undefined : others[index - 1]!.format;
    if (better === undefined || reading.warning !== undefined) return reading.warning;
    return `Model ${name} is decoded as ${format}, but its output values look like ${better}: set \`format: ${better}\` in the file given by \`kserve.sidecar\`.`;
  } catch (error) {
    return `The model failed on a trial photo: ${error instanceof Error ? error.message : String(error)}`;
  }
}
