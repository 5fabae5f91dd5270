/**
 * Class names as exporters write them into a model's metadata: a Python dict `{0: 'person', 1: "it's"}`, a Python or JSON
 * list, or a JSON object. Ids without a name get `class_<id>`.
 * @returns undefined if `text` contains no names.
 */
export function parseClassNames(text: string): string[] | undefined {
  const quoted = String.raw`'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"`;
  const names: string[] = [];
  const pairs = text.matchAll(new RegExp(String.raw`["']?(\d{1,5})["']?\s*:\s*(?:${quoted})`, 'g'));
  for (const [, id, single, double] of pairs) names[Number(id)] = unescapeQuotes(single ?? double ?? '');
  if (names.length > 0) return Array.from(names, (name, id) => name ?? `class_${id}`);
  if (!text.trim().startsWith('[')) return undefined;
  const items = [...text.matchAll(new RegExp(quoted, 'g'))].map(([, single, double]) =>
    unescapeQuotes(single ?? double ?? ''),
  );
  return items.length > 0 ? items : undefined;
}

function unescapeQuotes(text: string): string {
  return text.replace(/\\(.)/g, '$1');
}
