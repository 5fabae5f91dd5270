import { KeysPanel } from './keys-panel.js';

/** Who may do what: the API keys. */
export function KeysSection() {
  return <KeysPanel />;
}
