import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { BrowserRouter, Navigate, Route, Routes } from 'react-router';
import { basePath } from './api/client.js';
import { createQueryClient } from './api/queries.js';
import { Layout } from './layout.js';
import { NotFoundPage } from './pages/not-found-page.js';
import { ModeSwitch } from './rules/list/mode-cards.js';
import { SignInPage } from './sign-in/index.js';
import { loadCutOutWords } from './strings/cut-out.js';
import { loadSearchWords } from './strings/search.js';
import { loadSettingsWords } from './strings/settings.js';
import { loadTryWords } from './strings/try.js';

const AddPage = lazy(() => import('./add/add-page.js'));
const HomePage = lazy(() => import('./home/home-page.js'));
const CameraPage = lazy(() => import('./pages/camera/camera-page.js'));
const EventPage = lazy(() => import('./events/page/event-page.js'));
const EventsPage = lazy(() => import('./events/list/events-page.js'));
const SearchPage = lazy(() => loadSearchWords().then(() => import('./events/search/search-page.js')));
const ComposePage = lazy(() => import('./rules/compose/compose-page.js'));
const PublishPage = lazy(() => import('./publish/publish-page.js'));
const RulesPage = lazy(() => import('./rules/list/rules-page.js'));
const SharedPage = lazy(() => import('./pages/shared-page.js'));
const SettingsPage = lazy(() => loadSettingsWords().then(() => import('./settings/settings-page.js')));
const TryPage = lazy(() => loadTryWords().then(() => import('./try/try-page.js')));

const ZonesPage = lazy(() => import('./pages/zones-page.js'));
const CutOutPage = lazy(() => loadCutOutWords().then(() => import('./cut-out/cut-out-page.js')));
const WallPage = lazy(() => import('./wall/wall-page.js'));
const WarnPage = lazy(() => import('./events/warn/warn-page.js'));
const ViewPage = lazy(() => import('./pages/view-page.js'));

/** Routes, data and the sign-in state. */
export function App() {
  const [signedOut, setSignedOut] = useState(false);
  const [queryClient] = useState(() => createQueryClient(() => setSignedOut(true)));
  const onSignedIn = () => {
    setSignedOut(false);
    void queryClient.resetQueries();
  };
  return (
    <QueryClientProvider client={queryClient}>
      <BrowserRouter basename={basePath || '/'}>
        <Suspense fallback={null}>
          <Routes>
            <Route path="/view/:token" element={<ViewPage />} />
            <Route path="/camera/:token" element={<PublishPage />} />
            <Route path="/shared/:token" element={<SharedPage />} />
            {signedOut ? (
              <Route path="*" element={<SignInPage onSignedIn={onSignedIn} />} />
            ) : (
              <>
                <Route path="/cameras/:id/areas" element={<ZonesPage />} />
                <Route path="/cameras/:id/cut-out" element={<CutOutPage />} />
                <Route element={<Layout modeSwitch={<ModeSwitch />} />}>
                  <Route index element={<HomePage />} />
                  <Route path="/add" element={<AddPage />} />
                  <Route path="/cameras/:id/:tab?" element={<CameraPage />} />
                  <Route path="/events" element={<EventsPage />} />
                  <Route path="/events/search" element={<SearchPage />} />
                  <Route path="/events/:id" element={<EventPage />} />
                  <Route path="/wall" element={<WallPage />} />
                  <Route path="/warnings" element={<WarnPage />} />
                  <Route path="/rules" element={<RulesPage />} />
                  <Route path="/rules/new" element={<ComposePage />} />
                  <Route path="/rules/:id/edit" element={<ComposePage />} />
                  <Route path="/try" element={<TryPage />} />
                  <Route path="/settings/:section?" element={<SettingsPage />} />
                  <Route path="/system" element={<Navigate to="/settings/system" replace />} />
                  <Route path="*" element={<NotFoundPage />} />
                </Route>
              </>
            )}
          </Routes>
        </Suspense>
      </BrowserRouter>
    </QueryClientProvider>
  );
}
