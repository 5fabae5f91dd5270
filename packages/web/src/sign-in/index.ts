import { lazy } from 'react';

/** Whoever is signed in does not load it. */
export const SignInPage = lazy(() => import('./sign-in-page.js'));
