export {
  describe,
  markdown,
  nearest,
  type OptionRow,
  type OptionRows,
  type Parsed,
  parse,
  spelled,
  suggestion,
  UsageError,
} from './command-line.ts';
export { completionFor, completionManual } from './completion.ts';
export { bracketed, isLocalName, lookedUp } from './hosts.ts';
export { KeyLogFile } from './key-log.ts';
export { type CommandManual, commonOptions, helpText, type ProgramManual } from './manual.ts';
export { manualPage } from './manual-page.ts';
export {
  groupNames,
  groups,
  list,
  signatureSchemeNames,
  signatureSchemes,
  suiteNames,
  suites,
  type Version,
  versionRange,
  versions,
} from './names.ts';
export { print } from './print.ts';
export {
  type MozillaProfile,
  type MozillaProfileName,
  mozillaProfileNames,
  mozillaProfiles,
} from './profiles.ts';
export { printable, printableJson } from './text.ts';
export { asUsage } from './usage.ts';
export { bytesOf, integerOf, oneOf, secondsOf, timeOf } from './values.ts';
