/** Id of the sentence and its parts: focus returns there from an answer that took its question away. */
export const SENTENCE_CARD = 'sentence';

/** Id of the panel of a question. */
export function questionId(phrase: string): string {
  return `question-${phrase.replaceAll(/\W+/g, '-')}`;
}

/** Leads to the answers of a question. */
export function focusQuestion(phrase: string): void {
  const panel = document.getElementById(questionId(phrase));
  panel?.querySelector<HTMLElement>('button, input, a')?.focus();
}
