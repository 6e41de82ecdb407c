/**
 * Files of handshake traces: RFC 8448 in JSON. Fields are optional, so that a file with less is checked as far as it goes.
 * Byte strings are hexadecimal.
 */
import type { PskKind } from '@tlskit/tls-keyschedule';
import { type CipherSuiteInfo, cipherSuiteInfo } from '@tlskit/tls-messages';
import type { Party } from './handshake.ts';
import type { InputRecord } from './replay.ts';
import type { Report } from './report.ts';
import type { PrivateKey } from './shared-secret.ts';

export interface TracesFile {
  readonly server_rsa_key?: { readonly [part: string]: string };
  readonly traces: { readonly [name: string]: Trace };
}

export interface Trace {
  /** Code point, hexadecimal. */
  readonly cipher_suite?: string;
  readonly group?: string;
  readonly psk?: string | null;
  readonly key_pairs?: readonly TraceKeyPair[];
  readonly records?: readonly TraceRecord[];
  readonly messages?: readonly TraceMessage[];
  readonly secrets?: { readonly [name: string]: string };
  readonly traffic_keys?: { readonly [name: string]: { readonly key?: string; readonly iv?: string } };
  readonly derivations?: readonly TraceDerivation[];
  readonly finished?: readonly TraceFinished[];
  readonly certificate_verify?: readonly TraceSignature[];
  readonly session_ticket?: string;
  readonly steps?: readonly TraceStep[];
  readonly [other: string]: unknown;
}

export interface TraceKeyPair {
  readonly group: string;
  readonly who: Party;
  readonly private: string;
  readonly public?: string;
}

export interface TraceRecord {
  readonly from: Party;
  readonly hex: string;
  readonly octets?: number;
  readonly content_type?: number;
  readonly epoch?: string;
  readonly key?: string;
  readonly iv?: string;
  readonly seq?: number;
  readonly nonce?: string;
  readonly aad?: string;
  readonly inner_type?: number;
  /** Bytes. */
  readonly padding?: number;
  readonly plaintext?: string;
}

export interface TraceMessage {
  readonly from: Party;
  readonly name?: string;
  readonly octets?: number;
  readonly hex: string;
}

/** HKDF-Extract with `salt`, `ikm`, `secret`, or HKDF-Expand-Label with the others. */
export interface TraceDerivation {
  readonly name: string;
  readonly salt?: string;
  readonly ikm?: string;
  readonly secret?: string;
  readonly label?: string;
  readonly prk?: string;
  /** The context: a transcript hash, a ticket nonce, or nothing. */
  readonly hash?: string;
  readonly info?: string;
  readonly expanded?: string;
}

export interface TraceFinished {
  readonly from: Party;
  readonly what?: string;
  readonly base?: string;
  readonly finished_key?: string;
  readonly hash?: string;
  readonly truncated_hello_octets?: number;
  readonly verify_data?: string;
  readonly matches_wire?: boolean;
}

export interface TraceSignature {
  readonly from: Party;
  readonly scheme?: string;
  readonly content?: string;
  readonly signature?: string;
  readonly verified?: boolean;
}

export interface TraceStep {
  readonly actor: Party;
  readonly action: string;
  readonly items: readonly TraceItem[];
}

export interface TraceItem {
  readonly name: string;
  readonly octets?: number | null;
  /** Or a word in place of it, such as `(empty)`. */
  readonly hex?: string | null;
}

/** @throws Error for a suite that is no TLS 1.3 suite */
export function suiteOf(trace: Trace): CipherSuiteInfo {
  const code = Number.parseInt(trace.cipher_suite ?? '1301', 16);
  const suite = cipherSuiteInfo(code);
  if (suite === undefined) throw new Error(`no cipher suite of TLS 1.3: ${trace.cipher_suite}`);
  return suite;
}

/** The records, from the steps where the trace has no list of them. */
export function inputRecords(report: Report, name: string, trace: Trace): InputRecord[] {
  const records: readonly TraceRecord[] = trace.records ?? recordsOfSteps(trace.steps ?? []);
  return records.flatMap(({ from, hex, inner_type, plaintext }, i) => {
    const bytes = report.bytes(`${name} record ${i}`, hex);
    if (bytes === undefined) return [];
    const content = typeof plaintext === 'string' && inner_type !== undefined ? hexOrNone(plaintext) : undefined;
    const stated = content === undefined ? {} : { stated: { type: inner_type as number, content } };
    return [{ from, bytes, ...stated }];
  });
}

export function privateKeys(report: Report, name: string, trace: Trace): PrivateKey[] {
  return (trace.key_pairs ?? []).flatMap(({ who, group, private: hex }) => {
    const key = report.bytes(`${name} ${who}'s private ${group} key`, hex);
    return key === undefined ? [] : [{ who, group, key }];
  });
}

/** What the file says of the PSK's origin, if it does. */
export function pskKindOf(trace: Trace): PskKind | undefined {
  const label = trace.derivations?.find(({ name }) => name === 'binder key')?.label;
  const kind = /^tls13 (ext|res|imp) binder$/.exec(label ?? '')?.[1];
  return kind as PskKind | undefined;
}

/** What stands for zeros, or for nothing, in place of bytes. */
export function isWord(hex: string): boolean {
  return ['0', '0 (all zero octets)', '(empty)', ''].includes(hex);
}

function recordsOfSteps(steps: readonly TraceStep[]): TraceRecord[] {
  return steps.flatMap(({ actor, items }) => {
    const record = items.find(({ name }) => name === 'complete record')?.hex;
    return typeof record === 'string' ? [{ from: actor, hex: record }] : [];
  });
}

function hexOrNone(hex: string): Uint8Array | undefined {
  return /^(?:[0-9a-fA-F]{2})*$/.test(hex) ? Uint8Array.from(Buffer.from(hex, 'hex')) : undefined;
}
