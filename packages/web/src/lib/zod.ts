import { config } from 'zod';

// The policy of the pages forbids code made of text, and a browser reports even the attempt, by which zod finds that out.
config({ jitless: true });
