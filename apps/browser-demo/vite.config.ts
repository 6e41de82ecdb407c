import { defineConfig, type Plugin } from 'vite';
import { connectSources, relaysIn } from './tools/relays.ts';

const relays = relaysIn(process.env.TLSKIT_DEMO_RELAYS);

/**
 * Nothing but what this page's own folder has, no inline script or style, no request from a script to anything but the
 * relays that it is built for, and no text that a script turns into markup. Vite's development server needs more, so that only builds have it.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  `connect-src ${connectSources(relays)}`,
  "base-uri 'none'",
  "form-action 'none'",
  "worker-src 'self'",
  "require-trusted-types-for 'script'",
  // The address of the table's worker, and no other (src/tamper/workers.ts).
  'trusted-types tlskit-worker',
].join('; ');

const contentSecurityPolicy: Plugin = {
  name: 'content-security-policy',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: policy },
      injectTo: 'head-prepend',
    },
  ],
};

/** With all that they import. */
const page = /browser-demo\/src\/main\.tsx$/;
const firstHandshake = /browser-demo\/src\/lab\/(run|version13|identities\/ecdsa-p256)\.ts$/;

export default defineConfig({
  // Relative, so that the folder works from any path of any host.
  base: './',
  define: { __TLSKIT_DEMO_RELAYS__: JSON.stringify(relays) },
  plugins: [contentSecurityPolicy],
  // The workspace's packages from their sources: no build has to come before this one.
  resolve: { conditions: ['@tlskit/source', 'module', 'browser', 'development|production'] },
  // It loads what few settings need when they do, as the page does.
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // One file of the page, and one of what the first handshake needs: they are shorter by gzip than twenty.
        codeSplitting: {
          groups: [
            { name: 'page', test: page, priority: 1 },
            { name: 'handshake', test: firstHandshake },
          ],
        },
      },
    },
  },
});
