/**
 * `npm start` and `npm test`: what a clone needs, with nothing but Node and npm on the machine.
 * This file only looks at Node's version, in words that an old Node understands; `ci/main.mjs` does the work.
 */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`tlskit needs Node.js 20.19 or later; this is ${process.versions.node} (${process.execPath}).`);
  process.exit(1);
}

import('./ci/main.mjs')
  .then(({ main }) => main(process.argv.slice(2)))
  .then(
    code => {
      process.exitCode = code;
    },
    error => {
      console.error(error);
      process.exitCode = 1;
    },
  );
