/** The page of `--www`: what was offered and what was negotiated, for people and for scripts. */
import { printable } from '@tlskit/cli-kit';
import type { Facts } from '../observe/facts.ts';
import type { Offer, Offered } from '../observe/offer.ts';
import type { Verdict } from '../observe/verdict.ts';

/** Items of a list that are shown: the page is to fit into one record, and `/api/hello` has them all. */
const MAX_ITEMS = 40;

/** What a client offered, and what to make of it. */
export interface Offering {
  readonly offer: Offer;
  readonly verdict: Verdict;
}

/** The same for people and for scripts. */
export interface Page {
  html(): string;
  text(): string;
}

export function negotiatedPage(facts: Facts, offering?: Offering): Page {
  const rest = offering === undefined ? '' : offered(offering);
  return {
    html: () =>
      htmlPage('What was negotiated', `${table(facts)}${rest}<p><a href="/faults">What can go wrong here</a></p>\n`),
    text: () => textTable(offering === undefined ? facts : [...facts, ...offerFacts(offering)]),
  };
}

/** @param body HTML */
export function htmlPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>
body { font-family: system-ui, sans-serif; margin: 2rem auto; max-width: 50rem; padding: 0 1rem; color-scheme: light dark; }
th { padding: 0.2rem 1.5rem 0.2rem 0; text-align: left; vertical-align: top; }
td { font-family: ui-monospace, monospace; overflow-wrap: anywhere; vertical-align: top; }
</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${body}</body>
</html>
`;
}

/** Labels beside their values, in columns. */
export function textTable(facts: Facts): string {
  const width = Math.max(...facts.map(([label]) => label.length));
  return facts.map(([label, value]) => `${label.padEnd(width)}  ${value}\n`).join('');
}

function offered(offering: Offering): string {
  const { verdict } = offering;
  const findings = verdict.findings.map(({ severity, text }) => `<li>${severity}: ${escapeHtml(text)}</li>\n`);
  return `<h2>What you offered</h2>
<p>${escapeHtml(verdict.words)}</p>
${findings.length === 0 ? '' : `<ul>\n${findings.join('')}</ul>\n`}${table(offerFacts(offering).slice(1))}<p><a href="/api/hello">Every byte of it</a>, as JSON.</p>
`;
}

function offerFacts({ offer, verdict }: Offering): Facts {
  return [
    ['verdict', verdict.words],
    ['offered versions', names(offer.versions)],
    ['offered suites', names(offer.cipherSuites)],
    ['offered groups', names(offer.groups)],
    ['key shares', names(offer.keyShares)],
    ['post-quantum', offer.postQuantum ? 'yes' : 'no'],
    ['offered schemes', names(offer.signatureSchemes)],
    ['offered ALPN', offer.alpn.length === 0 ? 'none' : printable(offer.alpn.slice(0, MAX_ITEMS).join(', '))],
    ['extensions', names(offer.extensions)],
    ['JA3', offer.ja3],
    ['JA4', offer.ja4],
  ];
}

function names(list: readonly Offered[]): string {
  if (list.length === 0) return 'none';
  const shown = list.slice(0, MAX_ITEMS).map(({ name }) => name);
  const more = list.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}

/** HTML. */
export function table(facts: Facts): string {
  const rows = facts.map(
    ([label, value]) => `<tr><th scope="row">${escapeHtml(label)}</th><td>${escapeHtml(value)}</td></tr>\n`,
  );
  return `<table>\n${rows.join('')}</table>\n`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => entities[character] as string);
}
