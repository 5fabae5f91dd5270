import type { ModelInfo, RemoteModel } from '@lookout/vision';
import type { ModelRunner } from '@lookout/vision/detector';
import { describeTensors, judgeReadings } from '@lookout/vision/models';
import { openTrial } from '../../platform/models/open-trial.js';

/**
 * Tries a model of another server on the trial photos. What that server tells of it may fit several formats; which was taken can't be
 * changed any more by then, but it can be said.
 * @param runs see `CountedRunner`.
 * @returns what its owner should know; one that can't take the photos may take a camera's pictures all the same.
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
    const advice = 'If it is of another format, name that in the file of `kserve.sidecar`.';
    const { index, reading } = await judgeReadings([model, ...others], runner, trial.photos, advice);
    const better = index === 0 ? undefined : others[index - 1]!.format;
    if (better === undefined || reading.warning !== undefined) return reading.warning;
    return `Model ${name} is read as ${format}, but its values are those of ${better}: put \`format: ${better}\` into the file of \`kserve.sidecar\`.`;
  } catch (error) {
    return `It fails at a trial photo: ${error instanceof Error ? error.message : String(error)}`;
  }
}
