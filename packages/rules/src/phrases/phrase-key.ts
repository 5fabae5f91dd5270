import type { Subject } from '@lookout/protocol';

/** A subject with a phrase. */
export type PhrasedSubject = Subject & { readonly phrase: string };

export function isPhrased(subject: Subject): subject is PhrasedSubject {
  return subject.phrase !== undefined;
}

/**
 * Identifies what objects of a subject are compared with: the same for subjects that differ only in spelling or the order of classes.
 * @example phraseKey({ classes: ['person'], phrase: 'Person wearing a helmet', polarity: 'absent' }) // 'absent|person|person wearing a helmet'
 */
export function phraseKey({ classes, phrase, polarity = 'present' }: PhrasedSubject): string {
  const words = phrase.normalize('NFC').toLowerCase().trim().replace(/\s+/g, ' ');
  return [polarity, [...new Set(classes)].sort().join(','), words].join('|');
}
