import type { Interpretation, RuleContext } from '@lookout/protocol';
import { interpret } from '@lookout/rules';
import type { ModelInfo } from '@lookout/vision';
import type { Settings } from '../../platform/config/settings.js';
import { ModelLibrary } from '../../platform/models/model-library.js';
import { EXIT_CODES } from '../exit/exit-codes.js';
import { parseLine, parseZone } from './regions.js';
import type { ExplainCommand, RegionOptions } from './rules-command.js';

/** Prints what a sentence is understood as. A sentence that is no complete rule sets the exit code of a failure. */
export async function explain({ sentence, json, ...regions }: ExplainCommand, settings: Settings): Promise<void> {
  const { current } = await ModelLibrary.open(settings);
  const read = interpret(sentence, contextOf(regions, current, settings));
  console.log(json ? JSON.stringify(read, null, 2) : describe(read));
  if (read.status !== 'ok') process.exitCode = EXIT_CODES.failure;
}

/** The names that a sentence may use on the command line. */
export function contextOf(
  { zone, line }: RegionOptions,
  { name, classNames }: Pick<ModelInfo, 'name' | 'classNames'>,
  settings: Pick<Settings, 'cameras'>,
): RuleContext {
  const own = settings.cameras;
  return {
    zones: [...zone.map((text) => parseZone(text).name), ...own.flatMap(({ zones }) => zones.map((one) => one.name))],
    lines: [...line.map((text) => parseLine(text).name), ...own.flatMap(({ lines }) => lines.map((one) => one.name))],
    cameras: own.map((camera) => camera.name),
    classes: [...classNames],
    model: name,
  };
}

/** An interpretation as text. */
export function describe(read: Interpretation): string {
  if (read.status === 'ok') {
    return [read.summary, ...read.assumptions.map((assumption) => `  ${assumption}`), JSON.stringify(read.rules)].join(
      '\n',
    );
  }
  if (read.status === 'needs_input') {
    return read.questions
      .map(
        ({ text, candidates }) => `Not complete: ${text}${candidates.length > 0 ? ` (${candidates.join(', ')})` : ''}`,
      )
      .join('\n');
  }
  return read.reasons.map(({ phrase, why }) => `Not possible: “${phrase}”: ${why}`).join('\n');
}
