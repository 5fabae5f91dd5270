/** The focus goes back to where it was before something opened; to the page's main part where that is gone. */
export function returnFocus(before: Element | null): void {
  const isThere = before instanceof HTMLElement && before.isConnected && before !== document.body;
  const target = isThere ? before : document.querySelector<HTMLElement>('main');
  target?.focus();
}
