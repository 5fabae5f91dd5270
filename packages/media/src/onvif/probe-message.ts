import { Parser, processors } from 'xml2js';

/** What devices are asked for: all that send video; then all, since a few only answer to this. */
export const PROBED_TYPES = ['dn:NetworkVideoTransmitter', 'tds:Device'] as const;

/** A datagram with more is not a sound answer: they have a few addresses and scopes. */
export const MAX_ANSWER_BYTES = 16_384;
const MAX_MATCHES = 8;
const MAX_WORDS = 64;

export interface ProbeMatch {
  /** Identifies the device, at whatever address. */
  endpoint: string;
  /** Addresses of its ONVIF service, best first. */
  xaddrs: string[];
  scopes: string[];
}

/**
 * The search of WS-Discovery (2005/04), as ONVIF Core 7.3 has it.
 * @param messageId `urn:uuid:…`; answers repeat it
 */
export function probeMessage(messageId: string, types: (typeof PROBED_TYPES)[number]): Buffer {
  return Buffer.from(
    '<?xml version="1.0" encoding="UTF-8"?>' +
      '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing"' +
      ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl"' +
      ' xmlns:tds="http://www.onvif.org/ver10/device/wsdl">' +
      `<e:Header><w:MessageID>${messageId}</w:MessageID>` +
      '<w:To e:mustUnderstand="true">urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>' +
      '<w:Action e:mustUnderstand="true">http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header>' +
      `<e:Body><d:Probe><d:Types>${types}</d:Types></d:Probe></e:Body></e:Envelope>`,
  );
}

/**
 * The devices in an answer to one of our searches.
 * @param messageIds of our searches. Answers to others are ignored; a few devices do not say which they answer.
 * @returns none for anything that is not such an answer
 */
export function readProbeMatches(datagram: Buffer, messageIds: readonly string[]): ProbeMatch[] {
  if (datagram.length > MAX_ANSWER_BYTES) return [];
  const envelope = child(parse(datagram.toString('utf8')), 'Envelope');
  const relatesTo = textOf(child(child(envelope, 'Header'), 'RelatesTo'));
  if (relatesTo !== '' && !messageIds.includes(relatesTo)) return [];
  return children(child(child(envelope, 'Body'), 'ProbeMatches'), 'ProbeMatch')
    .slice(0, MAX_MATCHES)
    .map((match) => ({
      endpoint: textOf(child(child(match, 'EndpointReference'), 'Address')),
      xaddrs: wordsOf(child(match, 'XAddrs')),
      scopes: wordsOf(child(match, 'Scopes')),
    }));
}

/** @returns undefined for what is not XML. */
function parse(xml: string): unknown {
  let parsed: unknown;
  const parser = new Parser({ ignoreAttrs: true, tagNameProcessors: [processors.stripPrefix] });
  // Synchronous. An answer that can't be read is one that does not count.
  parser.parseString(xml, (error: Error | null, result: unknown) => {
    parsed = error ? undefined : result;
  });
  return parsed;
}

/** Elements of this name, without their prefix. */
function children(node: unknown, name: string): unknown[] {
  if (typeof node !== 'object' || node === null) return [];
  const found: unknown = (node as Record<string, unknown>)[name];
  return Array.isArray(found) ? found : found === undefined ? [] : [found];
}

function child(node: unknown, name: string): unknown {
  return children(node, name)[0];
}

function textOf(node: unknown): string {
  return typeof node === 'string' ? node.trim() : '';
}

function wordsOf(node: unknown): string[] {
  return textOf(node).split(/\s+/, MAX_WORDS).filter(Boolean);
}
