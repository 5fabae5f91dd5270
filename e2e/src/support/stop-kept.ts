import { afterAll, afterEach } from 'vitest';
import { stopKept } from './keep.js';

// Runs for each test file: files share a process, and with it the modules that are loaded.
afterEach(() => stopKept('test'));
afterAll(() => stopKept('file'));
