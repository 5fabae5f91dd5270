import { ChevronLeft, ChevronRight } from 'lucide-react';
import type { ComponentType } from 'react';
import { Link, useParams } from 'react-router';
import { useMay, useSession } from '../api/queries.js';
import { useTitle } from '../lib/hooks.js';
import { NotFoundPage } from '../pages/not-found-page.js';
import { settingsWords as words } from '../strings/settings.js';
import { classes } from '../ui/classes.js';
import { LanguageChoice } from '../ui/language.js';
import { IN_BAR, PageHead } from '../ui/page-head.js';
import { AccountSection } from './account-section.js';
import { BackupSection } from './backup-section.js';
import { GeneralSection } from './general-section.js';
import { KeysSection } from './keys-section.js';
import { LogSection } from './log-section.js';
import { MachinesSection } from './machines-section.js';
import { ModelsSection } from './models-section.js';
import { NetworkSection } from './network-section.js';
import { PeopleSection } from './people-section.js';
import { useNodes } from './queries.js';
import { SecondLookSection } from './second-look-section.js';
import { type SectionEntry, sectionsFor } from './sections.js';
import { StartSection } from './start-section.js';
import { SystemSection } from './system-section.js';

const CONTENTS: Readonly<Record<SectionEntry['name'], ComponentType>> = {
  general: GeneralSection,
  models: ModelsSection,
  'second-look': SecondLookSection,
  network: NetworkSection,
  people: PeopleSection,
  account: AccountSection,
  keys: KeysSection,
  backup: BackupSection,
  machines: MachinesSection,
  log: LogSection,
  system: SystemSection,
  start: StartSection,
};

/** All settings: the list of sections beside the chosen one; on phones, one leads to the other. */
export default function SettingsPage() {
  const { section } = useParams();
  const may = useMay();
  const { data: session } = useSession();
  // What is offered until it is known who asks must not be requested: it could be refused.
  const nodes = useNodes(session !== undefined && may.manage);
  const sections = sectionsFor(may, (nodes.data?.length ?? 0) > 0);
  // Wide windows show the first section beside the list.
  const shown = sections.find(({ name }) => name === (section ?? sections[0]?.name));
  useTitle(words.page);
  // Whether there are machines is not known at once.
  if (!shown) return nodes.isLoading || session === undefined ? null : <NotFoundPage />;
  const { title } = words.sections[shown.name];
  const Content = CONTENTS[shown.name];
  return (
    <>
      <div className={classes(section !== undefined && 'phone:hidden')}>
        <PageHead title={words.page} />
      </div>
      <div className="grid grid-cols-[15rem_minmax(0,1fr)] items-start gap-8 max-[56rem]:grid-cols-[12rem_minmax(0,1fr)] max-[56rem]:gap-5 phone:grid-cols-1">
        <SectionList sections={sections} shown={shown} isChosen={section !== undefined} />
        <div className={classes('min-w-0 max-w-3xl', section === undefined && 'phone:hidden')}>
          {section !== undefined && (
            <Link
              to="/settings"
              className="-mt-2 mb-1 -ml-2 hidden min-h-target items-center gap-1 pr-3 text-muted hover:text-text phone:inline-flex"
            >
              <ChevronLeft size={18} aria-hidden="true" />
              {words.back}
            </Link>
          )}
          <h2 className={classes('mb-4 text-20', section !== undefined && IN_BAR)}>{title}</h2>
          <div className="space-y-4">
            <Content />
          </div>
        </div>
      </div>
    </>
  );
}

interface SectionListProps {
  sections: readonly SectionEntry[];
  shown: SectionEntry;
  /** Whether the address names a section: phones then show that alone. */
  isChosen: boolean;
}

function SectionList({ sections, shown, isChosen }: SectionListProps) {
  return (
    <nav
      aria-label={words.page}
      className={classes('sticky top-22 space-y-0.5 phone:static', isChosen && 'phone:hidden')}
    >
      {sections.map(({ name, Icon }) => (
        <Link
          key={name}
          to={`/settings/${name}`}
          aria-current={name === shown.name && 'page'}
          className="flex min-h-target items-center gap-3 rounded-md px-3 py-2 text-muted transition-colors hover:bg-sunken hover:text-text aria-[current=page]:bg-sunken aria-[current=page]:text-text phone:border-b phone:border-line phone:rounded-none phone:bg-transparent! phone:px-1 phone:py-3 phone:text-text"
        >
          <Icon size={17} className="shrink-0" aria-hidden="true" />
          <span className="min-w-0 flex-1">
            <span className="block font-medium">{words.sections[name].title}</span>
            <span className="hidden text-13 text-muted phone:block">{words.sections[name].note}</span>
          </span>
          <ChevronRight size={17} className="hidden shrink-0 text-muted phone:block" aria-hidden="true" />
        </Link>
      ))}
      <LanguageChoice className="mt-3 phone:mt-4 phone:px-1" />
    </nav>
  );
}
