export { type Alert, AlertDescription, AlertLevel, type AlertName, alert, alertNamed, endingAlert } from './alert.ts';
export { TlsError, type TlsErrorDetails } from './error.ts';
export { alertFor, type ErrorKind, errorTable, type TlsErrorCode } from './table.ts';
