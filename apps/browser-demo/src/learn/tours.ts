/**
 * Guided tours through connections. Each step names its place by what happens there, so that it is found in whatever run there is; what
 * it says is in texts/tours.ts, under the same names.
 */
import { fieldAt } from '../lab/fields.ts';
import { messageName } from '../lab/messages.ts';
import type { Shown } from '../state/show.ts';
import { type Stop, stopsOf } from '../state/stops.ts';
import type { TourName } from '../state/tour.ts';

export interface TourStep<K extends string = string> {
  readonly key: K;
  /** Whether a stop is the place: the first of which it is true. */
  readonly at: (step: Stop['step']) => boolean;
  /** In the connection that was resumed. */
  readonly before?: true;
  /** Path of the field that it is about, as the record is read there. */
  readonly field?: string;
  /** Name of the node of the key schedule that it is about: keys are looked at, not records. */
  readonly node?: string;
}

type Sender = 'client' | 'server';
type Predicate = TourStep['at'];

export const tours = {
  tls13: [
    { key: 'hello', at: writes('client', 'ClientHello'), field: 'ClientHello' },
    { key: 'share', at: writes('client', 'ClientHello'), field: 'ClientHello.key_share' },
    { key: 'answer', at: writes('server', 'ServerHello'), field: 'ServerHello' },
    { key: 'handshakeKeys', at: reads('client', 'ServerHello'), node: 'Handshake Secret' },
    { key: 'encrypted', at: carries('server', 'EncryptedExtensions'), field: 'EncryptedExtensions' },
    { key: 'certificate', at: reads('client', 'Certificate'), field: 'Certificate.certificate_list' },
    { key: 'signature', at: reads('client', 'CertificateVerify'), field: 'CertificateVerify.signature' },
    { key: 'serverFinished', at: reads('client', 'Finished'), field: 'Finished.verify_data' },
    { key: 'clientFinished', at: carries('client', 'Finished'), field: 'Finished.verify_data' },
    { key: 'applicationKeys', at: reads('server', 'Finished'), node: 'Main Secret' },
    { key: 'ticket', at: reads('client', 'NewSessionTicket'), field: 'NewSessionTicket.ticket' },
    { key: 'end', at: carries('client', 'close_notify'), field: 'Alert' },
  ],
  tls12: [
    { key: 'hello', at: writes('client', 'ClientHello'), field: 'ClientHello.random' },
    { key: 'answer', at: writes('server', 'ServerHello'), field: 'ServerHello.random' },
    { key: 'suite', at: writes('server', 'ServerHello'), field: 'ServerHello.cipher_suite' },
    { key: 'certificate', at: reads('client', 'Certificate'), field: 'Certificate.certificate_list' },
    { key: 'serverShare', at: reads('client', 'ServerKeyExchange'), field: 'ServerKeyExchange' },
    { key: 'clientShare', at: writes('client', 'ClientKeyExchange'), field: 'ClientKeyExchange' },
    { key: 'master', at: reads('server', 'Finished'), node: 'master_secret' },
    { key: 'keyBlock', at: reads('server', 'Finished'), node: 'key_block' },
    { key: 'changeCipherSpec', at: carries('client', 'ChangeCipherSpec'), field: 'ChangeCipherSpec' },
    { key: 'clientFinished', at: carries('client', 'Finished'), field: 'Finished.verify_data' },
    { key: 'serverFinished', at: carries('server', 'Finished'), field: 'Finished.verify_data' },
    { key: 'data', at: carries('client', 'application data'), field: 'encrypted_record' },
  ],
  resumption: [
    { key: 'ticket', before: true, at: reads('client', 'NewSessionTicket'), field: 'NewSessionTicket' },
    { key: 'psk', before: true, at: reads('client', 'NewSessionTicket'), node: 'PSK of a ticket' },
    { key: 'offer', at: writes('client', 'ClientHello'), field: 'ClientHello.pre_shared_key.identities' },
    { key: 'binder', at: writes('client', 'ClientHello'), field: 'ClientHello.pre_shared_key.binders' },
    { key: 'mode', at: writes('client', 'ClientHello'), field: 'ClientHello.psk_key_exchange_modes' },
    { key: 'earlyKeys', at: reads('server', 'ClientHello'), node: 'client_early_traffic_secret' },
    { key: 'accepted', at: writes('server', 'ServerHello'), field: 'ServerHello.pre_shared_key' },
    { key: 'earlyAccepted', at: carries('server', 'EncryptedExtensions'), field: 'EncryptedExtensions.early_data' },
    { key: 'earlyData', at: carriesEarly(), field: 'data' },
    { key: 'replay', at: step => step.type === 'data' && step.early && step.at === 'server', field: 'data' },
    { key: 'endOfEarlyData', at: carries('client', 'EndOfEarlyData'), field: 'EndOfEarlyData' },
    { key: 'finished', at: reads('server', 'Finished'), node: 'Main Secret' },
  ],
} as const satisfies Readonly<Record<TourName, readonly TourStep[]>>;

/** The stop of a step; undefined where the connection has no such place, for it is another than the tour is about. */
export function stopOf({ at, before, field }: TourStep, shown: Pick<Shown, 'connection' | 'before'>): Stop | undefined {
  const connection = before ? shown.before : shown.connection;
  if (connection === undefined) return undefined;
  const stop = stopsOf(connection).find(({ step }) => at(step));
  if (stop?.step.type === 'record' && field !== undefined && fieldAt(stop.step.entry, field) === undefined)
    return undefined;
  return stop;
}

function writes(at: Sender, name: string): Predicate {
  return step =>
    step.type === 'message' && step.at === at && step.direction === 'out' && messageName(step.bytes) === name;
}

function reads(at: Sender, name: string): Predicate {
  return step =>
    step.type === 'message' && step.at === at && step.direction === 'in' && messageName(step.bytes) === name;
}

/** The record in which something is on its way: a handshake message, an alert, data. */
function carries(sender: Sender, name: string): Predicate {
  return step =>
    step.type === 'record' &&
    step.entry.sender === sender &&
    step.entry.messages.some(message => message.name === name);
}

function carriesEarly(): Predicate {
  return step => step.type === 'record' && step.entry.epoch === 'early' && step.entry.sender === 'client';
}
