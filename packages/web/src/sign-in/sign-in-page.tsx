import { useMutation } from '@tanstack/react-query';
import { LogIn } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { basePath, lookout } from '../api/client.js';
import { useSession } from '../api/queries.js';
import { useTitle } from '../lib/hooks.js';
import { t } from '../strings/index.js';
import { Button, buttonClasses, CopyButton } from '../ui/button.js';
import { LanguageChoice } from '../ui/language.js';
import { Mark } from '../ui/logo.js';
import { ErrorMessage, Warning } from '../ui/message.js';
import { ThemeToggle } from '../ui/theme.js';
import { codeCommand, KEY_COMMAND } from './forgotten.js';
import { KeyField } from './key-field.js';
import { PasskeyButton } from './passkey-button.js';
import { PasswordFields } from './password-fields.js';
import { faultIn, providerLink } from './provider.js';
import type { Scanned } from './scanned.js';

const words = t.signIn;
// Whoever types or pastes a key loads nothing to read codes.
const ScanDialog = lazy(() => import('./scan-dialog.js').then((module) => ({ default: module.ScanDialog })));
/** Browsers have it only on HTTPS pages and on the machine itself. */
const canScan = () => navigator.mediaDevices?.getUserMedia !== undefined;

/** Exchanges a name and password, or an API key, for a session cookie. */
export default function SignInPage({ onSignedIn }: { onSignedIn: () => void }) {
  useTitle(t.actions.signIn);
  const { data: session } = useSession();
  const hasAccounts = session?.accounts === true;
  const [wantsKey, setWantsKey] = useState(false);
  const byPassword = hasAccounts && !wantsKey;
  const [key, setKey] = useState('');
  const [person, setPerson] = useState({ name: '', password: '' });
  const [scans, setScans] = useState(false);
  const signIn = useMutation({
    mutationFn: (given: string | typeof person) =>
      typeof given === 'string'
        ? lookout.session.signIn(given.trim())
        : lookout.session.signInWithPassword(given.name, given.password),
    onSuccess: onSignedIn,
  });
  const isEmpty = byPassword ? person.name.trim() === '' || person.password === '' : key.trim() === '';
  const take = (scanned: Scanned) => {
    setScans(false);
    if ('path' in scanned) return window.location.assign(scanned.path);
    setKey(scanned.key);
    signIn.mutate(scanned.key);
  };
  return (
    <div className="grid min-h-dvh lg:grid-cols-[minmax(0,1fr)_minmax(0,1.1fr)]">
      <main className="grid place-items-center px-5 py-14">
        <div className="absolute top-3 left-3 flex items-center gap-1">
          <ThemeToggle />
          <LanguageChoice />
        </div>
        <div className="w-full max-w-93">
          <p className="mb-9 flex items-center gap-3 text-20 font-title">
            <Mark size={30} />
            {t.product}
          </p>
          <h1 className="text-26">{words.title}</h1>
          <p className="mt-1 mb-5 text-pretty text-muted">{words.phone}</p>
          {new URLSearchParams(window.location.search).has('join') && (
            <div role="alert" className="mb-5">
              <Warning>{words.codeUsed}</Warning>
            </div>
          )}
          <ProviderSignIn name={session?.provider} />
          <form
            className="space-y-4"
            onSubmit={(event) => {
              event.preventDefault();
              signIn.mutate(byPassword ? person : key);
            }}
          >
            {byPassword ? (
              <PasswordFields {...person} onChange={(change) => setPerson({ ...person, ...change })} />
            ) : (
              <KeyField value={key} onChange={setKey} onScan={canScan() ? () => setScans(true) : undefined} />
            )}
            <ErrorMessage error={signIn.error} />
            <Button
              type="submit"
              variant={session?.provider === undefined ? 'primary' : 'plain'}
              className="min-h-12 w-full"
              disabled={signIn.isPending || isEmpty}
            >
              <LogIn size={16} aria-hidden="true" />
              {signIn.isPending ? words.signingIn : t.actions.signIn}
            </Button>
          </form>
          {hasAccounts && <PasskeyButton onSignedIn={onSignedIn} />}
          {hasAccounts && (
            <Button
              variant="ghost"
              className="mt-2 w-full"
              onClick={() => {
                signIn.reset();
                setWantsKey(!wantsKey);
              }}
            >
              {byPassword ? words.withKey : words.withPassword}
            </Button>
          )}
          <Forgotten hasAccounts={hasAccounts} />
        </div>
      </main>
      <aside className="relative grid place-items-center overflow-hidden bg-[#1e2670] text-white max-lg:hidden">
        <div aria-hidden="true" className="opacity-35 [&_svg]:text-[#7d8dff]">
          <Mark size={380} />
        </div>
        <p className="absolute right-12 bottom-14 left-12 text-20 text-balance">{words.promise}</p>
      </aside>
      {scans && (
        <Suspense fallback={null}>
          <ScanDialog onScanned={take} onClose={() => setScans(false)} />
        </Suspense>
      )}
    </div>
  );
}

/** Leads to the provider that signs people in, and says what went wrong there. */
function ProviderSignIn({ name }: { name: string | undefined }) {
  if (name === undefined) return null;
  const { provider } = words;
  const fault = faultIn(window.location.search);
  return (
    <div className="mb-5">
      {fault && (
        <div role="alert" className="mb-5">
          <Warning>{provider.faults[fault](name)}</Warning>
        </div>
      )}
      <a href={providerLink(window.location, basePath)} className={buttonClasses('primary', 'min-h-12 w-full')}>
        <LogIn size={16} aria-hidden="true" />
        {provider.signIn(name)}
      </a>
      <p className="mt-5 text-center text-13 text-muted">{provider.or}</p>
    </div>
  );
}

/** What to run on the machine itself, which needs no key. */
function Forgotten({ hasAccounts }: { hasAccounts: boolean }) {
  const { forgotten } = words;
  return (
    <details className="mt-5">
      <summary className="flex min-h-target cursor-pointer items-center font-medium text-accent-text">
        {forgotten.title}
      </summary>
      <div className="space-y-3 pt-1 text-13 text-muted">
        {hasAccounts && <p className="text-pretty">{forgotten.password}</p>}
        <p className="text-pretty">{forgotten.where}</p>
        <Command label={forgotten.code} text={codeCommand(window.location)} />
        <Command label={forgotten.key} text={KEY_COMMAND} />
        <p className="text-pretty">{forgotten.data}</p>
      </div>
    </details>
  );
}

function Command({ label, text }: { label: string; text: string }) {
  return (
    <div>
      <p className="mb-1 text-pretty">{label}</p>
      <p className="flex items-center gap-2 rounded-md bg-sunken px-3 py-1.5 text-text">
        <code className="min-w-0 flex-1 font-mono select-all">
          {text.split(' ').map((word, i) => (
            // A flag is not broken at its dashes.
            <span key={word}>
              {i > 0 && ' '}
              <span className="inline-block">{word}</span>
            </span>
          ))}
        </code>
        <CopyButton label={label} text={text} />
      </p>
    </div>
  );
}
