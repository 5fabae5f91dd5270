import { t } from '../strings/index.js';

let page: string | undefined;
let count = 0;

/** Title of the window: the page's, with the number of events nobody has seen before it. @param name undefined: no page */
export function setPageTitle(name: string | undefined): void {
  page = name;
  show();
}

export function setTitleCount(unseen: number): void {
  count = unseen;
  show();
}

function show(): void {
  const title = page === undefined ? t.product : t.title(page);
  document.title = count > 0 ? `(${count > 99 ? '99+' : count}) ${title}` : title;
}
