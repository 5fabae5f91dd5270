import { config } from 'zod';

// The pages' content security policy forbids code from strings. zod detects that by trying, which browsers report.
config({ jitless: true });
