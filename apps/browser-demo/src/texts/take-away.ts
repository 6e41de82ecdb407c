/** What is said of taking a connection away. */

export const texts = {
  title: 'Take away',
  capture: {
    name: 'Capture',
    what: 'A pcapng file of both directions with the secrets inside: Wireshark and tshark decrypt it with no setting.',
    both: 'The connection that was resumed is in it too.',
    arrived: 'It has what arrived, not what was sent.',
    save: 'Save pcapng',
  },
  keyLog: {
    name: 'Key log',
    what: 'The secrets alone, a line each, as SSLKEYLOGFILE has them (RFC 9850).',
    save: 'Save key log',
  },
  json: {
    name: 'Everything, as JSON',
    what: 'Settings, what was negotiated, each record decoded, each step, each derivation, each secret.',
    save: 'Save JSON',
  },
  link: {
    name: 'Link',
    what: 'Opens this page with the same choices, at this step, and replays the connection byte for byte.',
    live: 'There is none for a real connection: the other end’s random bytes were its own.',
    copy: 'Copy link',
    copied: 'The link is in the clipboard.',
    selected: 'This browser does not let the page use the clipboard: the link is selected, to be copied by hand.',
  },
};
