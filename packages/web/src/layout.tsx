import { useQueryClient } from '@tanstack/react-query';
import {
  Bell,
  Ellipsis,
  House,
  LayoutGrid,
  ListChecks,
  LogOut,
  type LucideIcon,
  ScanSearch,
  Settings,
} from 'lucide-react';
import { type ReactNode, Suspense, useEffect } from 'react';
import { Link, Outlet, useLocation, useMatch, useNavigationType, useSearchParams } from 'react-router';
import { useCameraFeed } from './api/camera-feed.js';
import { basePath, lookout } from './api/client.js';
import { useMay, useSession } from './api/queries.js';
import { useUnseenCount } from './events/queries.js';
import { StorageNote } from './events/warn/storage-note.js';
import { Warnings } from './events/warn/warnings.js';
import { t } from './strings/index.js';
import { Button, buttonClasses, IconButton } from './ui/button.js';
import { classes } from './ui/classes.js';
import { Mark } from './ui/logo.js';
import { Problem } from './ui/message.js';
import { ThemeButton, ThemeToggle } from './ui/theme.js';

interface PageEntry {
  to: string;
  label: string;
  Icon: LucideIcon;
  /** In the bar at the bottom of phones; the others are under “More” there. */
  inBar: boolean;
}

const PAGES: readonly PageEntry[] = [
  { to: '/', label: t.pages.cameras, Icon: House, inBar: true },
  { to: '/wall', label: t.pages.wall, Icon: LayoutGrid, inBar: false },
  { to: '/events', label: t.pages.events, Icon: Bell, inBar: true },
  { to: '/rules', label: t.pages.rules, Icon: ListChecks, inBar: true },
  { to: '/try', label: t.pages.tryIt, Icon: ScanSearch, inBar: false },
  { to: '/settings', label: t.pages.settings, Icon: Settings, inBar: false },
];

export interface LayoutProps {
  /** The switch between home and away. */
  modeSwitch?: ReactNode;
}

/** The frame of every page behind the sign-in: top bar, navigation, main part. */
export function Layout({ modeSwitch }: LayoutProps) {
  const may = useMay();
  const badges: Record<string, number> = { '/events': useUnseenCount() };
  useCameraFeed();
  useFocusAfterNavigation();
  useTopOfNewPage();
  // The page sets a base URL: a link with only a fragment would lead there.
  const { pathname } = useLocation();
  // A camera's page brings a bar of its own on phones. In landscape its picture fills the screen.
  const isOfCamera = useMatch('/cameras/:id/:tab?') !== null;
  const isWall = useMatch('/wall') !== null;
  const [search] = useSearchParams();
  const { data: session } = useSession();
  if (session?.refused) return <Refused {...session.refused} />;
  const page = (
    <Suspense fallback={null}>
      <Outlet />
    </Suspense>
  );
  // A screen of its own shows nothing but the wall.
  if (isWall && search.get('kiosk') === '1') return page;
  const pages = PAGES.filter(({ to }) => to !== '/try' || may.detect);
  return (
    <>
      <a
        href={`${basePath}${pathname}#main`}
        className="sr-only rounded-md bg-surface px-3 py-2 focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50"
      >
        {t.skip}
      </a>
      <header
        className={classes(
          'sticky top-0 z-30 flex h-15 items-center gap-5 max-[56rem]:gap-3 border-b border-line bg-surface/92 px-6 backdrop-blur-lg phone:h-14 phone:gap-2 phone:pr-2 phone:pl-4',
          isOfCamera ? 'sideways:hidden phone:hidden' : 'sideways:static',
        )}
      >
        <Link
          to="/"
          className="flex min-h-target min-w-target shrink-0 items-center gap-2.5 text-16 font-title tracking-[-0.02em] phone:-ml-2.5 phone:justify-center"
        >
          <Mark />
          <span className="max-[70rem]:sr-only">{t.product}</span>
        </Link>
        <nav
          aria-label={t.pages.label}
          className="flex min-w-0 flex-1 items-center gap-0.5 overflow-x-auto [scrollbar-width:none] phone:hidden"
        >
          {pages.map(({ to, label, Icon }) => (
            <Link
              key={to}
              to={to}
              title={label}
              aria-current={isCurrent(to, pathname) && 'page'}
              className="flex h-target items-center gap-2 rounded-md -outline-offset-2 px-3.5 max-[70rem]:px-2.5 max-[56rem]:px-3.5 font-medium whitespace-nowrap text-muted transition-colors hover:bg-sunken hover:text-text aria-[current=page]:bg-sunken aria-[current=page]:text-text"
            >
              <Icon size={15} className="max-[70rem]:hidden max-[56rem]:block" aria-hidden="true" />
              <span className="max-[56rem]:sr-only">{label}</span>
              <Unseen count={badges[to]} />
            </Link>
          ))}
        </nav>
        <div className="ml-auto flex shrink-0 items-center gap-1">
          {modeSwitch}
          <span className="flex phone:hidden">
            <ThemeToggle />
            <SignOut />
          </span>
        </div>
      </header>
      <Warnings belowBar={!isOfCamera} />
      <StorageNote />
      <main
        id="main"
        tabIndex={-1}
        className={classes(
          'outline-none',
          isOfCamera ? 'phone:pb-20' : 'mx-auto px-6 pt-8 pb-16 sideways:pt-4 phone:px-4 phone:pt-5 phone:pb-26',
          !isOfCamera && !isWall && 'max-w-316',
        )}
      >
        {page}
      </main>
      <BottomBar pages={pages} badges={badges} />
    </>
  );
}

/** In place of every page, for somebody whom the proxy has signed in and who has no role here. */
function Refused({ message, hint }: { message: string; hint?: string | undefined }) {
  return (
    <main className="mx-auto max-w-prose px-5 py-14">
      <p className="mb-9 flex items-center gap-3 text-20 font-title">
        <Mark size={30} />
        {t.product}
      </p>
      <Problem title={message} advice={hint} />
    </main>
  );
}

/** Whether a page is one of an entry's; the start page shows the cameras. */
function isCurrent(to: string, pathname: string): boolean {
  return to === '/' ? /^\/(?:$|add$|cameras\/)/.test(pathname) : pathname.startsWith(to);
}

const MORE = 'more-pages';
const MORE_ITEM = 'justify-start';
const closeMore = () => document.getElementById(MORE)?.hidePopover();

/** Navigation on phones, within reach of the thumb. */
function BottomBar({ pages, badges }: { pages: readonly PageEntry[]; badges: Readonly<Record<string, number>> }) {
  const { pathname } = useLocation();
  const signOut = useSignOut();
  const others = pages.filter(({ inBar }) => !inBar);
  const isOther = others.some(({ to }) => isCurrent(to, pathname));
  return (
    <nav
      aria-label={t.pages.label}
      className="fixed inset-x-0 bottom-0 z-30 hidden auto-cols-fr grid-flow-col border-t border-line bg-surface/94 px-1.5 pt-1.5 pb-[max(0.5rem,env(safe-area-inset-bottom))] backdrop-blur-lg phone:grid"
    >
      {pages
        .filter(({ inBar }) => inBar)
        .map(({ to, label, Icon }) => (
          <Link
            key={to}
            to={to}
            aria-current={isCurrent(to, pathname) && 'page'}
            className={barItem(isCurrent(to, pathname))}
          >
            <Icon size={22} aria-hidden="true" />
            {label}
            <span className="absolute top-0.5 left-[calc(50%+5px)] flex">
              <Unseen count={badges[to]} />
            </span>
          </Link>
        ))}
      <button type="button" popoverTarget={MORE} className={barItem(isOther)}>
        <Ellipsis size={22} aria-hidden="true" />
        {t.pages.more}
      </button>
      <div
        id={MORE}
        popover="auto"
        className="fixed inset-auto right-2 bottom-19 m-0 min-w-56 flex-col items-stretch rounded-lg border border-line bg-raised p-1.5 text-text shadow-3 open:flex"
      >
        {others.map(({ to, label, Icon }) => (
          <Link key={to} to={to} className={buttonClasses('ghost', MORE_ITEM)} onClick={closeMore}>
            <Icon size={18} aria-hidden="true" />
            {label}
          </Link>
        ))}
        <ThemeButton className={MORE_ITEM} />
        {signOut && (
          <Button variant="ghost" className={MORE_ITEM} onClick={signOut.act}>
            <LogOut size={18} aria-hidden="true" />
            {signOut.label}
          </Button>
        )}
      </div>
    </nav>
  );
}

function barItem(isActive: boolean): string {
  return classes(
    'relative flex flex-col items-center gap-0.5 rounded-[12px] pt-1.5 pb-1 text-[0.6875rem] leading-4 font-strong',
    isActive ? 'text-accent-text' : 'text-muted',
  );
}

/** How many there are that nobody has seen; nothing for none. */
function Unseen({ count }: { count: number | undefined }) {
  if (!count) return null;
  return (
    <span
      role="img"
      aria-label={t.pages.unseen(count)}
      className="figures inline-grid h-4.5 min-w-4.5 place-items-center rounded-full bg-accent px-1.5 text-[0.6875rem] leading-none font-semibold text-on-accent"
    >
      {count > 99 ? '99+' : count}
    </span>
  );
}

/** Navigation may remove the focused element with its page: moves the focus to the new page. */
function useFocusAfterNavigation(): void {
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path is what it is about
  useEffect(() => {
    if (document.activeElement === document.body) document.getElementById('main')?.focus({ preventScroll: true });
  }, [pathname]);
}

/** A page that a link leads to begins at its top; back and forth, the browser knows where. Tabs of a camera are one page. */
function useTopOfNewPage(): void {
  const { pathname } = useLocation();
  const isNew = useNavigationType() === 'PUSH';
  const page = pathname.startsWith('/cameras/') ? pathname.split('/', 3).join('/') : pathname;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the page is what it is about
  useEffect(() => {
    if (isNew) window.scrollTo(0, 0);
  }, [page]);
}

function SignOut() {
  const signOut = useSignOut();
  if (!signOut) return null;
  return (
    <IconButton label={signOut.label} onClick={signOut.act}>
      <LogOut size={18} aria-hidden="true" />
    </IconButton>
  );
}

/** Undefined for those who have not signed in here. */
function useSignOut(): { label: string; act: () => void } | undefined {
  const { data: session } = useSession();
  const queryClient = useQueryClient();
  if (!session?.signed_in || !session.sign_in_required || session.by_proxy) return undefined;
  return {
    label: t.signOut(session.name),
    act: () =>
      void lookout.session.signOut().finally(() => {
        if (session.by_provider) window.location.assign(`${basePath}/oidc/sign-out`);
        // The next answer is a 401, which shows the sign-in page.
        else void queryClient.resetQueries();
      }),
  };
}
