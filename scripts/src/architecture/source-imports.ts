import { readFileSync } from 'node:fs';
import { parseSync } from 'vite';

/** One `import`, `export … from` or `import()` of a source file. */
export interface SourceImport {
  /** As written: `./frame.js`, `@lookout/protocol`, `node:fs`. */
  readonly specifier: string;
  /** `type`: erased by the compiler; `static`: loaded with the file; `dynamic`: loaded when reached. */
  readonly kind: 'type' | 'static' | 'dynamic';
  readonly line: number;
}

/**
 * All imports of a TypeScript file, in order. `import { type A } from 'x'` is `static`: under `verbatimModuleSyntax` it still loads `x`.
 * @throws SyntaxError when the file can't be parsed.
 */
export function readImports(path: string, source = readFileSync(path, 'utf8')): SourceImport[] {
  const { module, errors } = parseSync(path, source);
  if (errors.length > 0) throw new SyntaxError(`${path}: ${errors[0]!.message}`);
  const lineAt = (offset: number) => source.slice(0, offset).split('\n').length;
  const statement = (specifier: string, start: number, keyword: RegExp): SourceImport => ({
    specifier,
    kind: keyword.test(source.slice(start)) ? 'type' : 'static',
    line: lineAt(start),
  });
  const found: SourceImport[] = module.staticImports.map(({ moduleRequest, start }) =>
    statement(moduleRequest.value, start, /^import\s+type\s+(?!from\b)/),
  );
  for (const { start, entries } of module.staticExports) {
    const request = entries.find((entry) => entry.moduleRequest)?.moduleRequest;
    if (request) found.push(statement(request.value, start, /^export\s+type\b/));
  }
  for (const { moduleRequest, start } of module.dynamicImports) {
    const text = source.slice(moduleRequest.start, moduleRequest.end);
    const literal = /^(['"`])(.*)\1$/s.exec(text)?.[2];
    if (literal !== undefined) found.push({ specifier: literal, kind: 'dynamic', line: lineAt(start) });
  }
  return found.sort((a, b) => a.line - b.line);
}
