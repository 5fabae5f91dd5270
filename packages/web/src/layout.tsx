import { useQueryClient } from '@tanstack/react-query';
import { Activity, LogOut, ScanSearch, Video } from 'lucide-react';
import { Suspense, useEffect } from 'react';
import { Link, NavLink, Outlet, useLocation, useMatch } from 'react-router';
import { basePath, lookout } from './api/client.js';
import { useMay, useSession } from './api/queries.js';
import { t } from './strings/index.js';
import { IconButton } from './ui/button.js';
import { classes } from './ui/classes.js';
import { Mark } from './ui/logo.js';
import { ThemeToggle } from './ui/theme.js';

const PAGES = [
  { to: '/', label: t.pages.cameras, Icon: Video },
  { to: '/try', label: t.pages.tryIt, Icon: ScanSearch },
  { to: '/system', label: t.pages.system, Icon: Activity },
];

/** Header and main part of every page behind the sign-in. */
export function Layout() {
  const may = useMay();
  useFocusAfterNavigation();
  // The page sets a base URL: a link with only a fragment would lead there.
  const { pathname } = useLocation();
  // In landscape on a phone, a camera's picture fills the screen; its page has its own way back.
  const isOfCamera = useMatch('/cameras/:id') !== null;
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
          'sticky top-0 z-30 border-b border-line bg-surface',
          isOfCamera ? 'sideways:hidden' : 'sideways:static',
        )}
      >
        <div className="flex h-13 items-center gap-1 px-4 sm:gap-4 lg:px-6">
          <Link
            to="/"
            className="mr-2 flex pointer-coarse:min-h-11 pointer-coarse:min-w-11 items-center gap-2.5 text-[0.9375rem] font-semibold tracking-tight"
          >
            <Mark />
            <span className="max-sm:sr-only">{t.product}</span>
          </Link>
          <nav aria-label={t.pages.label} className="flex flex-1 items-center gap-1">
            {PAGES.filter(({ to }) => to !== '/try' || may.detect).map(({ to, label, Icon }) => (
              <NavLink
                key={to}
                to={to}
                className={({ isActive }) =>
                  classes(
                    'flex h-9 pointer-coarse:h-11 items-center gap-2 rounded-md px-3 font-medium whitespace-nowrap',
                    isActive ? 'bg-sunken text-text' : 'text-muted hover:text-text',
                  )
                }
              >
                <Icon size={16} aria-hidden="true" className="max-sm:hidden" />
                {label}
              </NavLink>
            ))}
          </nav>
          <ThemeToggle />
          <SignOut />
        </div>
      </header>
      <main id="main" tabIndex={-1} className="px-4 py-5 outline-none lg:px-6">
        <Suspense fallback={null}>
          <Outlet />
        </Suspense>
      </main>
    </>
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

/** Shown only to those who have signed in. */
function SignOut() {
  const { data: session } = useSession();
  const queryClient = useQueryClient();
  if (!session?.signed_in || !session.sign_in_required) return null;
  return (
    <IconButton
      label={t.signOut(session.name)}
      // The next answer is a 401, which shows the sign-in page.
      onClick={() => void lookout.session.signOut().finally(() => queryClient.resetQueries())}
    >
      <LogOut size={18} aria-hidden="true" />
    </IconButton>
  );
}
