/**
 * Names every operation by method and path, e.g. `getApiCamerasByIdStats`, for client generators. Modifies the document, which is
 * created per response.
 */
export function nameOperations<T extends { paths?: object }>(document: T): T {
  for (const [path, methods] of Object.entries(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(methods as Record<string, { operationId?: string }>)) {
      operation.operationId =
        method +
        path
          .split(/[^\w{}]+/)
          .map(wordOf)
          .join('');
    }
  }
  return document;
}

/** `cameras` → `Cameras`, `{client_id}` → `ByClientId` */
function wordOf(part: string): string {
  const [, parameter] = /^\{(\w+)\}$/.exec(part) ?? [];
  const words = (parameter ?? part).split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return (parameter === undefined ? '' : 'By') + words.join('');
}
