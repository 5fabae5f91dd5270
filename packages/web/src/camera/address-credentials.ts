/** Whether an address of this kind may hold a user and password. @param address as typed, complete or not */
export function takesCredentials(address: string): boolean {
  return /^(?:https?|rtsps?|rtmps?):/i.test(address.trim());
}

/**
 * The address with this user and password in place of those it may have, escaped as an address wants it.
 * @param credentials both empty: the address is left as it is
 * @example withCredentials('rtsp://10.0.0.2/live', { user: 'admin', password: '50%@home' }) // 'rtsp://admin:50%25%40home@10.0.0.2/live'
 */
export function withCredentials(address: string, { user, password }: { user: string; password: string }): string {
  const text = address.trim();
  if ((user === '' && password === '') || !takesCredentials(text)) return text;
  const [, scheme, rest] = /^([^/]*\/\/)(?:[^/?#]*@)?(.*)$/s.exec(text) ?? [];
  if (scheme === undefined || rest === undefined) return text;
  return `${scheme}${encodeURIComponent(user)}:${encodeURIComponent(password)}@${rest}`;
}
