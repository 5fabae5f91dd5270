import { afterAll, afterEach } from 'vitest';
import { stopKept } from './keep.js';

// Runs for each test file: files share a process, and with it the loaded modules.
afterEach(() => stopKept('test'));
afterAll(() => stopKept('file'));
