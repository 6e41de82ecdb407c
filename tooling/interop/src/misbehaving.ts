/** Servers of ours that break the rules in a way that no other implementation can be made to. */

import { type Effect, type Flow, intercepted } from '@tlskit/tls-handshake';
import { certificateVerify } from '@tlskit/tls-messages';
import { type EngineVersion, tls13 } from 'tlskit';

/** TLS 1.3 whose server leaves CertificateVerify out; its transcript agrees with that. */
export const withoutCertificateVerify: EngineVersion = {
  ...tls13,
  handshake: {
    ...tls13.handshake,
    server: (context, hello) =>
      filter(tls13.handshake.server(context, hello), effect => !sendsCertificateVerify(effect)),
  },
};

function sendsCertificateVerify(effect: Effect): boolean {
  return effect.op === 'send' && effect.raw[0] === certificateVerify.type;
}

/** Runs a flow without those of its effects that are not to be. */
function filter<T>(flow: Flow<T>, keep: (effect: Effect) => boolean): Flow<T> {
  return intercepted(flow, function* (effect) {
    return keep(effect) ? yield effect : undefined;
  });
}
