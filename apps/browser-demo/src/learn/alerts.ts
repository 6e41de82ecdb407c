/** The alerts of TLS, from the table that the library sends them by. */
import {
  AlertDescription,
  AlertLevel,
  type AlertName,
  alertNamed,
  endingAlert,
  errorTable,
  type TlsErrorCode,
} from '@tlskit/tls-alerts';

export interface AlertRow {
  readonly name: AlertName;
  readonly number: number;
  /** How it is sent: with what level, or with either, as the connection goes on or ends by it. */
  readonly levels: readonly ('warning' | 'fatal')[];
  /** Reserved: no version that is spoken today sends it. */
  readonly reserved: boolean;
  /** The errors of the library that it tells a peer of. */
  readonly codes: readonly TlsErrorCode[];
  /** Those that it tells of in TLS 1.2 only. */
  readonly codes12: readonly TlsErrorCode[];
}

const codes = Object.keys(errorTable) as readonly TlsErrorCode[];

export const alertRows: readonly AlertRow[] = (Object.keys(AlertDescription.values) as AlertName[]).map(name => ({
  name,
  number: AlertDescription.values[name],
  levels: [...new Set([alertNamed(name), endingAlert(name)].map(levelOf))],
  reserved: name.endsWith('_RESERVED'),
  codes: codes.filter(code => errorTable[code].alert === name),
  codes12: codes.filter(code => errorTable[code].alert12 === name),
}));

function levelOf({ level }: { readonly level: number }): 'warning' | 'fatal' {
  return level === AlertLevel.values.warning ? 'warning' : 'fatal';
}
