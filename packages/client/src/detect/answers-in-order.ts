/**
 * Answers the items of a source, in order. While answers are outstanding, more items are taken from the source, up to `max`. An answer is
 * yielded as soon as it and those before it are there, however long the source takes for its next item.
 * @param answer must settle for each item; a rejection ends the iteration
 */
export async function* answersInOrder<In, Out>(
  source: AsyncIterable<In> | Iterable<In>,
  max: number,
  answer: (item: In) => Promise<Out>,
): AsyncGenerator<Out, void, undefined> {
  const iterator = iteratorOf(source);
  const outstanding: Array<Promise<Out>> = [];
  let next: Promise<IteratorResult<In>> | undefined;
  let isDone = false;
  try {
    for (;;) {
      if (!isDone && outstanding.length < max) next ??= Promise.resolve(iterator.next());
      if (!next && outstanding.length === 0) return;
      const first = await Promise.race([
        ...(outstanding[0] ? [outstanding[0].then((value) => ({ kind: 'answer' as const, value }))] : []),
        ...(next ? [next.then((result) => ({ kind: 'item' as const, result }))] : []),
      ]);
      if (first.kind === 'answer') {
        outstanding.shift();
        yield first.value;
        continue;
      }
      next = undefined;
      if (first.result.done) isDone = true;
      else {
        const answered = answer(first.result.value);
        // Its rejection is reported when it is its turn.
        answered.catch(() => undefined);
        outstanding.push(answered);
      }
    }
  } finally {
    // A generator can't be ended while it produces its next item, which is then discarded.
    const ended = isDone ? undefined : Promise.resolve(iterator.return?.());
    if (next) Promise.all([next, ended]).catch(() => undefined);
    else await ended;
  }
}

function iteratorOf<T>(source: AsyncIterable<T> | Iterable<T>): AsyncIterator<T> | Iterator<T> {
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
}
