import type { QuestionTopic, SpanKey } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { answerQuestion, replacePhrase, takeOut } from './answers.js';

const answered = (about: QuestionTopic, prompt: string, phrase: string, answer: string, spans = spansIn(prompt)) =>
  answerQuestion(prompt, { about, phrase, text: '', candidates: [] }, answer, spans);

/** Spans of words that stand once in the sentence. */
function spansIn(prompt: string, words: Partial<Record<SpanKey, string>> = { subject: 'people' }) {
  return Object.entries(words).flatMap(([key, text]) => {
    const start = prompt.indexOf(text);
    return start < 0 ? [] : [{ start, end: start + text.length, key: key as SpanKey }];
  });
}

describe('an answer takes the place of what was unclear', () => {
  it.each<[QuestionTopic, string, string, string, string]>([
    ['zone', 'someone in the shed at night', 'shed', 'back door', 'someone in the back door at night'],
    ['zone', 'someone in the shed at night', 'the shed', 'back door', 'someone in the back door at night'],
    ['zone', 'someone in a shed', 'a shed', 'back door', 'someone in the back door'],
    ['zone', 'someone walks through the shed', 'through the shed', 'back door', 'someone walks through the back door'],
    ['zone', 'is anyone there', 'there', 'back door', 'is anyone in the back door'],
    ['line', 'something crosses at night', 'crosses', 'gate', 'something crosses the gate at night'],
    ['line', 'a person crosses the fence', 'fence', 'front gate', 'a person crosses the front gate'],
    ['camera', 'Cars on the garage camera', 'garage camera', 'yard camera', 'Cars on the yard camera'],
    [
      'time',
      'anyone in the barn between 10 and 6',
      'between 10 and 6',
      'between 22:00 and 06:00',
      'anyone in the barn between 22:00 and 06:00',
    ],
    [
      'time',
      'anyone in the shop after closing time',
      'closing time',
      'between 18:00 and 08:00',
      'anyone in the shop between 18:00 and 08:00',
    ],
    ['time', 'anyone in the shop after closing time', 'closing time', '18:00', 'anyone in the shop after 18:00'],
    [
      'duration',
      'a car standing for too long in bay 12',
      'too long',
      '10 minutes',
      'a car standing for 10 minutes in bay 12',
    ],
    ['duration', 'a car parked too long', 'too long', '10 minutes', 'a car parked for 10 minutes'],
    ['count', 'too many people in the lobby', 'too many', 'more than 3', 'more than 3 people in the lobby'],
    ['count', 'a group of people in the lobby', 'group', 'at least 4', 'at least 4 people in the lobby'],
    [
      'direction',
      'a car going the wrong way on the ramp',
      'the wrong way',
      'to the left',
      'a car going to the left on the ramp',
    ],
    ['subject', 'Warn me when it enters the driveway', 'it', 'a dog', 'Warn me when a dog enters the driveway'],
    ['subject', 'It enters the driveway', 'It', 'a dog', 'A dog enters the driveway'],
  ])('%s: %s', (about, prompt, phrase, answer, expected) => {
    expect(answered(about, prompt, phrase, answer)).toBe(expected);
  });

  it('a crowd also names who is counted', () => {
    expect(answered('count', 'Warn me when a crowd gathers', 'crowd', 'more than 5', [])).toBe(
      'Warn me when more than 5 people gathers',
    );
  });

  it.each([
    ['enters the driveway at night', 'enters', 'a car enters the driveway at night'],
    ['In the garden at night', 'In the garden', 'A car in the garden at night'],
  ])('a missing subject comes before what has none: %s', (prompt, phrase, expected) => {
    expect(answered('subject', prompt, phrase, 'a car', [])).toBe(expected);
  });

  it('one of two subjects takes their place', () => {
    const question = { about: 'subject', phrase: 'a cat and a dog', text: '', candidates: ['cat or dog'] } as const;
    const asked = { ...question, candidates: [...question.candidates] };
    expect(answerQuestion('a cat and a dog in the garden', asked, 'a cat or dog', [])).toBe(
      'a cat or dog in the garden',
    );
  });

  it('changes nothing where the phrase is gone', () => {
    expect(answered('zone', 'someone in the yard', 'shed', 'back door')).toBe('someone in the yard');
  });
});

describe('taking a condition out', () => {
  it.each([
    [
      'warn me if someone without a helmet stands at the back door',
      'without a helmet',
      'warn me if someone stands at the back door',
    ],
    ['someone at the front door unless it’s my brother', 'unless it’s my brother', 'someone at the front door'],
    ['Warn me and turn on the lights when someone enters', 'turn on the lights', 'Warn me when someone enters'],
    ['turn on the lights and warn me when someone enters', 'turn on the lights', 'warn me when someone enters'],
    [
      'a person in the garden, while it is raining, at night',
      'while it is raining',
      'a person in the garden, at night',
    ],
    ['a red car in the driveway', 'red', 'a car in the driveway'],
    ['While it is raining, a person in the garden', 'While it is raining', 'A person in the garden'],
    ['someone in the garden', 'helmet', 'someone in the garden'],
  ])('%s', (prompt, phrase, expected) => {
    expect(takeOut(prompt, phrase, [])).toBe(expected);
  });
});

it('a suggestion takes the place of what cannot be seen', () => {
  expect(replacePhrase('a forklift in aisle 3', 'forklift', 'truck', [])).toBe('a truck in aisle 3');
  expect(replacePhrase('a forklift in aisle 3', 'a forklift', 'airplane', [])).toBe('an airplane in aisle 3');
  expect(replacePhrase('when my wife comes in', 'wife', 'someone', [])).toBe('when someone comes in');
  expect(replacePhrase('the forklift in aisle 3', 'the forklift', 'a truck', [])).toBe('a truck in aisle 3');
});
