import { expect, it } from 'vitest';
import { briefTime, clockTime, sinceInWords, timeInWords } from './when.js';

const BERLIN = 'Europe/Berlin';
/** Wednesday afternoon. */
const NOW = Date.parse('2026-05-06T14:30:00+02:00');

it.each([
  ['2026-05-06T14:29:40+02:00', 'just now'],
  ['2026-05-06T14:02:00+02:00', 'today 14:02'],
  ['2026-05-06T00:10:00+02:00', 'today 00:10'],
  ['2026-05-05T23:47:00+02:00', 'last night 23:47'],
  ['2026-05-05T09:10:00+02:00', 'yesterday 09:10'],
  ['2026-04-30T14:02:00+02:00', 'Thursday 14:02'],
  ['2026-04-03T14:02:00+02:00', '3 April 14:02'],
  ['2025-12-03T14:02:00+01:00', '3 December 2025 14:02'],
  ['2026-05-07T08:00:00+02:00', 'tomorrow 08:00'],
  ['2026-05-06T18:00:00+02:00', 'today 18:00'],
])('%s is “%s”', (at, words) => {
  expect(timeInWords(Date.parse(at), NOW, BERLIN)).toBe(words);
});

it('is told where the cameras are', () => {
  expect(clockTime(NOW, BERLIN)).toBe('14:30');
  expect(clockTime(NOW, 'Asia/Tokyo')).toBe('21:30');
  expect(timeInWords(Date.parse('2026-05-06T14:02:00+02:00'), NOW, 'Pacific/Auckland')).toBe('today 00:02');
});

it.each([
  ['2026-05-06T14:29:40+02:00', 'just now', '14:29'],
  ['2026-05-06T14:02:00+02:00', '14:02', '14:02'],
  ['2026-05-05T23:47:00+02:00', 'last night 23:47', 'last night'],
  ['2026-04-30T14:02:00+02:00', 'Thursday 14:02', 'Thursday'],
])('%s is briefly “%s”, and what came after it was since “%s”', (at, brief, since) => {
  expect(briefTime(Date.parse(at), NOW, BERLIN)).toBe(brief);
  expect(sinceInWords(Date.parse(at), NOW, BERLIN)).toBe(since);
});
