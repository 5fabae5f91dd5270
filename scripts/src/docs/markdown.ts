/** A link or picture in a Markdown text. */
export interface Link {
  readonly target: string;
  readonly line: number;
}

/** Links, pictures (`<img src>` too) and reference definitions, outside of code. */
export function readLinks(text: string): Link[] {
  const links: Link[] = [];
  prose(text).forEach((line, index) => {
    const content = line.replace(/`[^`]*`/g, '');
    for (const match of content.matchAll(
      /\]\(\s*<?([^)\s>]+)>?[^)]*\)|<(?:img|a)\b[^>]*\b(?:src|href)="([^"]+)"|^\[[^\]]+\]:\s*(\S+)/g,
    )) {
      links.push({ target: (match[1] ?? match[2] ?? match[3])!, line: index + 1 });
    }
  });
  return links;
}

/** Anchors of a text's headings, as GitHub makes them: `## Kernel settings` → `kernel-settings`. */
export function readAnchors(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const content of prose(text)) {
    const heading = /^#{1,6}\s+(.+?)\s*#*$/.exec(content)?.[1];
    if (heading === undefined) continue;
    const slug = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-');
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count++) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** Cells of every table row whose first cell is one code span, e.g. ``| `not_found` | 404 |`` → `['not_found', '404']`. */
export function readCodeRows(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => /^\|\s*`[^`]+`\s*\|/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replace(/^`([^`]+)`$/, '$1')),
    );
}

/** A section's text, from its heading to the next heading of its level or a higher one. @throws Error when there is none. */
export function section(text: string, heading: string): string {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => /^#{1,6} /.test(line) && line.replace(/^#+ /, '') === heading);
  if (start < 0) throw new Error(`There is no section "${heading}"`);
  const level = lines[start]!.indexOf(' ');
  const end = lines.findIndex((line, index) => index > start && new RegExp(`^#{1,${level}} `).test(line));
  return lines.slice(start, end < 0 ? undefined : end).join('\n');
}

/** The lines with code blocks blanked. */
function prose(text: string): string[] {
  let fence: string | undefined;
  return text.split('\n').map((line) => {
    const mark = /^\s*(```+|~~~+)/.exec(line)?.[1];
    if (mark && (fence === undefined || mark.startsWith(fence))) {
      fence = fence === undefined ? mark : undefined;
      return '';
    }
    return fence === undefined ? line : '';
  });
}
