/** Removes values from the front, oldest first, for as long as `isOver` holds. */
export function shiftWhile<T>(values: T[], isOver: (oldest: T) => boolean): void {
  for (let [oldest] = values; oldest !== undefined && isOver(oldest); [oldest] = values) values.shift();
}
