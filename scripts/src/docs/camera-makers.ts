import { CAMERA_MAKERS, type CameraMaker } from '@lookout/protocol';

/** docs/reference/camera-makers.md: the addresses that **By maker** makes. */
export function cameraMakersPage(): string {
  const rows = CAMERA_MAKERS.map((maker) => `| ${maker.name} | ${addressesOf(maker)} | ${maker.note ?? ''} |`);
  return `# Addresses by maker

Choose **Add a camera**, **By maker**, and enter the camera's own address: Lookout makes both of these, percent-encodes user and password into
them, and tries the first. The upper address is the main stream, the lower one the sub stream, which is used for detection and pictures.

They are drawn from what the makers publish. **Not all of them were tried with a camera**, and firmware differs: if one does not work, look it up in
the camera's manual, or search for the camera on the network, where Lookout asks the camera itself. HOST is the camera's address; other
words in capitals are explained beside them.

| maker | main stream, sub stream | to do first, to know |
|---|---|---|
${rows.join('\n')}

This page is made by \`npm run docs\` from \`packages/protocol/src/camera-makers.ts\`.
`;
}

function addressesOf({ main, sub, part }: CameraMaker): string {
  const shown = [main, sub].flatMap((address) =>
    address === undefined ? [] : `\`${address.replace('{host}', 'HOST').replace('{part}', 'NAME')}\``,
  );
  if (part) shown.push(`NAME: ${part.label.toLowerCase()}, such as \`${part.example}\``);
  return shown.join('<br>');
}
