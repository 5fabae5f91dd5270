/** Id of the sentence and its parts: focus returns there from an answer that took its question away. */
export const SENTENCE_CARD = 'sentence';

/** Id of the panel of a question. */
export function questionId(phrase: string): string {
  return `question-${phrase.replaceAll(/\W+/g, '-')}`;
}

/** Leads to the answers of a question; false: it is not on the page. */
export function focusQuestion(phrase: string | undefined): boolean {
  const panel = phrase === undefined ? null : document.getElementById(questionId(phrase));
  const answer = panel?.querySelector<HTMLElement>('button, input, a');
  answer?.focus();
  return answer !== undefined && answer !== null;
}
