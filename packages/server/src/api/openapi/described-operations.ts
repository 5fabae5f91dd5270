/**
 * Names every operation by its method and path, `getApiCamerasByIdStats`, for those who make clients of the description. Changes the
 * document, which was made for this answer.
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
