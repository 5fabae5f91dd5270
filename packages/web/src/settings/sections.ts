import {
  Archive,
  CircleUser,
  Eye,
  KeyRound,
  type LucideIcon,
  Network,
  Rocket,
  ScanSearch,
  ScrollText,
  Server,
  Smartphone,
  Timer,
  Users,
} from 'lucide-react';
import type { settingsWords } from '../strings/settings.js';

export interface SectionEntry {
  readonly name: keyof typeof settingsWords.sections;
  readonly Icon: LucideIcon;
  /** Whether only the owner may open it. */
  readonly isForOwner: boolean;
}

const SECTIONS: readonly SectionEntry[] = [
  { name: 'general', Icon: Timer, isForOwner: true },
  { name: 'models', Icon: ScanSearch, isForOwner: false },
  { name: 'second-look', Icon: Eye, isForOwner: true },
  { name: 'network', Icon: Smartphone, isForOwner: false },
  { name: 'people', Icon: Users, isForOwner: true },
  { name: 'account', Icon: CircleUser, isForOwner: false },
  { name: 'keys', Icon: KeyRound, isForOwner: true },
  { name: 'backup', Icon: Archive, isForOwner: true },
  { name: 'machines', Icon: Network, isForOwner: true },
  { name: 'log', Icon: ScrollText, isForOwner: true },
  { name: 'system', Icon: Server, isForOwner: false },
  { name: 'start', Icon: Rocket, isForOwner: true },
];

/** The sections for those who may do this, in their order. @param isShared whether several machines share the cameras */
export function sectionsFor(may: { manage: boolean }, isShared: boolean): readonly SectionEntry[] {
  const sections = SECTIONS.filter(({ isForOwner }) => may.manage || !isForOwner);
  return sections.filter(({ name }) => isShared || name !== 'machines');
}
