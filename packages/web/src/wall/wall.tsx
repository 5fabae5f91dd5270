import { Check, LayoutGrid, Maximize, Minimize, MonitorUp, Move, Plus, Settings2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { useFullscreen, useIdle } from '../lib/hooks.js';
import { t } from '../strings/index.js';
import { Button, IconButton } from '../ui/button.js';
import { Segmented } from '../ui/choice.js';
import { classes } from '../ui/classes.js';
import { GlassButton } from '../ui/glass-button.js';
import { ErrorMessage } from '../ui/message.js';
import { PageHead } from '../ui/page-head.js';
import { EmptyWall } from './empty-wall.js';
import { GroupDialog } from './group-dialog.js';
import type { ShownWall } from './kiosk.js';
import { afterMove, SIZES, type WallGroup, type WallSetup } from './model/wall-setup.js';
import { ScreenDialog } from './screen-dialog.js';
import { useKeepAwake } from './use-keep-awake.js';
import { useSpotlight } from './use-spotlight.js';
import type { ChangeWall } from './use-wall-setup.js';
import { WallSkeleton } from './wall-skeleton.js';
import { WallTiles } from './wall-tiles.js';

const words = t.wall;
const SIZE_OPTIONS = SIZES.map((value) => ({ value, label: words.sizes[value] }));
const HIDE_AFTER_MS = 3000;

export interface WallProps extends ShownWall {
  setup: WallSetup;
  onChange: ChangeWall;
}

/** The wall with all that changes it. */
export function Wall({ all, shown, group, address, error, setup, onChange }: WallProps) {
  const [isArranging, setArranging] = useState(false);
  const [open, setOpen] = useState<'group' | 'new group' | 'screen'>();
  const navigate = useNavigate();
  const fullscreen = useFullscreen();
  const spotlight = useSpotlight(setup.wake && fullscreen.active);
  useKeepAwake(fullscreen.active);
  const close = () => setOpen(undefined);
  const move = (id: string, to: number) => {
    if (all && shown) onChange({ order: afterMove(idsOf(all), idsOf(shown), id, to) });
  };
  const changeGroups = (groups: readonly WallGroup[], name: string | undefined) => {
    onChange({ groups });
    void navigate(groupPath(name), { replace: true });
  };
  const hasCameras = shown !== undefined && shown.length > 0;
  return (
    <>
      <PageHead title={words.page} note={isArranging ? words.arrangeHint : words.kept}>
        <Segmented
          label={words.size}
          value={setup.size}
          options={SIZE_OPTIONS}
          onChange={(size) => onChange({ size })}
        />
        <Button pressed={isArranging} disabled={!hasCameras} onClick={() => setArranging(!isArranging)}>
          {isArranging ? <Check size={16} aria-hidden="true" /> : <Move size={16} aria-hidden="true" />}
          <span className="phone:sr-only">{isArranging ? words.arrangeDone : words.arrange}</span>
        </Button>
        <Button disabled={!hasCameras} onClick={() => setOpen('screen')}>
          <MonitorUp size={16} aria-hidden="true" />
          <span className="phone:sr-only">{words.screen.button}</span>
        </Button>
        {fullscreen.possible && (
          <Button variant="primary" disabled={!hasCameras} onClick={fullscreen.toggle}>
            <Maximize size={16} aria-hidden="true" />
            <span className="phone:sr-only">{words.fullscreen}</span>
          </Button>
        )}
      </PageHead>
      <Groups groups={setup.groups} shown={address.group} group={group} onOpen={setOpen} />
      <ErrorMessage error={error} className="mb-4" />
      {!shown && !error && <WallSkeleton size={setup.size} />}
      {shown?.length === 0 && <EmptyWall address={address} group={group} />}
      {hasCameras && (
        <FullScreenFrame fullscreen={fullscreen}>
          <WallTiles
            cameras={shown}
            size={fullscreen.active ? 'screen' : setup.size}
            spotlight={spotlight}
            isLinked
            onMove={isArranging && !fullscreen.active ? move : undefined}
          />
        </FullScreenFrame>
      )}
      {(open === 'group' || open === 'new group') && (
        <GroupDialog
          groups={setup.groups}
          group={open === 'group' ? group : undefined}
          cameras={all ?? []}
          onChange={changeGroups}
          onClose={close}
        />
      )}
      {open === 'screen' && shown && (
        <ScreenDialog
          name={group?.name ?? words.all}
          count={shown.length}
          cameras={group || address.cameras ? idsOf(shown) : undefined}
          wake={setup.wake}
          onWake={(wake) => onChange({ wake })}
          onClose={close}
        />
      )}
    </>
  );
}

const idsOf = (cameras: ReadonlyArray<{ id: string }>) => cameras.map(({ id }) => id);
const groupPath = (name: string | undefined) =>
  name === undefined ? '/wall' : `/wall?${new URLSearchParams({ group: name })}`;

/** Fills the screen while the page is in full screen; its tiles stay as they are. */
function FullScreenFrame({
  fullscreen,
  children,
}: {
  fullscreen: ReturnType<typeof useFullscreen>;
  children: ReactNode;
}) {
  const idle = useIdle(fullscreen.active, HIDE_AFTER_MS);
  return (
    <section
      aria-label={words.page}
      className={classes(
        fullscreen.active && 'always-dark fixed inset-0 z-40 bg-picture',
        fullscreen.active && idle && 'cursor-none',
      )}
    >
      {children}
      {fullscreen.active && (
        <GlassButton
          label={words.leaveFullscreen}
          className={classes('fixed right-2.5 bottom-2.5 z-30', idle && 'opacity-0 focus-visible:opacity-100')}
          onClick={fullscreen.toggle}
        >
          <Minimize size={18} aria-hidden="true" />
        </GlassButton>
      )}
    </section>
  );
}

interface GroupsProps {
  groups: readonly WallGroup[];
  /** Name in the address. */
  shown: string | undefined;
  group: WallGroup | undefined;
  onOpen: (dialog: 'group' | 'new group') => void;
}

/** Which cameras are shown. */
function Groups({ groups, shown, group, onOpen }: GroupsProps) {
  const entries = [{ name: undefined, label: words.all }, ...groups.map(({ name }) => ({ name, label: name }))];
  return (
    <nav aria-label={words.groups} className="-mt-1 mb-4 flex flex-wrap items-center gap-1.5">
      {entries.map(({ name, label }) => (
        <Link
          key={label}
          to={groupPath(name)}
          aria-current={(group?.name ?? shown) === name && 'page'}
          className="flex min-h-target max-w-60 items-center gap-1.5 rounded-full border border-line px-3.5 text-13 font-strong text-muted hover:border-line-strong hover:text-text aria-[current=page]:border-transparent aria-[current=page]:bg-sunken aria-[current=page]:text-text"
        >
          {name === undefined && <LayoutGrid size={15} aria-hidden="true" />}
          <span className="truncate">{label}</span>
        </Link>
      ))}
      {group && (
        <IconButton label={words.editGroup(group.name)} onClick={() => onOpen('group')}>
          <Settings2 size={16} aria-hidden="true" />
        </IconButton>
      )}
      <Button variant="ghost" size="compact" onClick={() => onOpen('new group')}>
        <Plus size={15} aria-hidden="true" />
        {words.newGroup}
      </Button>
    </nav>
  );
}
