import type { Camera } from '@lookout/protocol';
import { Ban } from 'lucide-react';
import type { ReactNode } from 'react';
import { t } from '../../strings/index.js';
import { classes } from '../../ui/classes.js';
import { partText } from '../describe.js';
import type { Chip } from '../model/chips.js';
import type { Part } from '../model/parts.js';
import { findPlace, type Place } from '../model/places.js';
import { Swatch } from '../place-picture.js';

const words = t.compose;

const COLORS: Record<Part, string> = {
  who: 'bg-who-soft text-who',
  does: 'bg-does-soft text-does',
  where: 'bg-where-soft text-where',
  long: 'bg-long-soft text-long',
  when: 'bg-when-soft text-when',
  loud: 'bg-loud-soft text-loud',
};
const OPEN = 'border-warn-mark text-warn';
const REFUSED = 'bg-bad-soft text-bad';
const LOOK =
  'grid min-h-19 content-start gap-0.5 rounded-[14px] border-[1.5px] border-transparent px-3.5 py-2.5 text-left phone:px-3';

export interface PartChipsProps {
  chips: readonly Chip[];
  cameras: readonly Camera[];
  places: readonly Place[];
  /** Opens the editor of a part, or leads to its question. */
  onPress: (chip: Exclude<Chip, { kind: 'refused' }>) => void;
}

/** What each phrase became, as buttons that change it. */
export function PartChips({ chips, cameras, places, onPress }: PartChipsProps) {
  return (
    <ul aria-label={words.parts.label} className="grid grid-cols-3 gap-2.5 phone:grid-cols-2 phone:gap-2">
      {chips.map((chip) => (
        <li key={chip.kind === 'refused' ? chip.phrase : chip.part} className="grid">
          {chip.kind === 'refused' ? (
            <div className={classes(LOOK, REFUSED)}>
              <Lines title={words.chip.refused} value={chip.phrase} icon={<Ban size={15} aria-hidden="true" />} />
            </div>
          ) : (
            <PartChip chip={chip} cameras={cameras} places={places} onPress={() => onPress(chip)} />
          )}
        </li>
      ))}
    </ul>
  );
}

interface PartChipProps extends Pick<PartChipsProps, 'cameras' | 'places'> {
  chip: Exclude<Chip, { kind: 'refused' }>;
  onPress: () => void;
}

function PartChip({ chip, cameras, places, onPress }: PartChipProps) {
  const title = words.parts[chip.part];
  const value = chip.kind === 'open' ? openText(chip) : partText(chip.part, chip.parts, cameras);
  return (
    <button
      type="button"
      onClick={onPress}
      className={classes(LOOK, chip.kind === 'open' ? OPEN : COLORS[chip.part], 'hover:border-current')}
    >
      <Lines title={title} value={value} icon={swatchOf(chip, places)} source={sourceText(chip)} />
    </button>
  );
}

function Lines({ title, value, icon, source }: { title: string; value: string; icon?: ReactNode; source?: string }) {
  return (
    <>
      <span className="text-12 font-strong">{title}</span>
      <span className="flex items-center gap-1.5 text-16 leading-5.5 font-semibold tracking-[-0.01em]">
        {icon}
        <span className="min-w-0 break-words">{value}</span>
      </span>
      {source && <span className="text-12 break-words">{source}</span>}
    </>
  );
}

function openText({ part, question, parts }: Extract<Chip, { kind: 'open' }>): string {
  switch (question?.about) {
    case 'count':
      return words.chip.openCount;
    case 'camera':
      return words.chip.openCamera;
    case 'behavior':
      return words.chip.openBehavior;
    case undefined:
      if (part === 'where') return words.chip.openLine;
      return parts.does?.behavior === 'near' || parts.does?.behavior === 'without'
        ? words.chip.openOther
        : words.chip.open[part];
    case 'line':
      return words.chip.openLine;
    default:
      return words.chip.open[part];
  }
}

function sourceText(chip: Exclude<Chip, { kind: 'refused' }>): string {
  if (chip.kind === 'open') return chip.question ? words.chip.said([chip.question.phrase]) : words.chip.choose;
  if (chip.source.kind === 'said') return words.chip.said(chip.source.phrases);
  return chip.source.kind === 'edited' ? words.chip.edited : words.chip.usual[chip.part];
}

function swatchOf(chip: Exclude<Chip, { kind: 'refused' }>, places: readonly Place[]): ReactNode {
  const { where, does } = chip.parts;
  if (chip.part !== 'where' || chip.kind === 'open' || !where) return null;
  const kind = does?.behavior === 'cross' ? 'line' : 'zone';
  const place = findPlace(places, kind, where[kind] ?? '');
  return place && <Swatch color={place.color} />;
}
