/**
 * Settings as a query writes them: `?fps_limit=15&classes=person,car`, with the question mark; empty for none. What is null
 * is the default, which a query says by saying nothing.
 * @throws TypeError for a class whose name has a comma, which divides names there
 */
export function settingsQuery(settings: object): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(settings)) {
    if (value === undefined || value === null) continue;
    if (Array.isArray(value) && value.some((item) => String(item).includes(','))) {
      throw new TypeError(`Expected names without commas in \`${name}\``);
    }
    query.set(name, String(value));
  }
  const text = query.toString();
  return text && `?${text}`;
}
