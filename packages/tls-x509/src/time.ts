/** Times in certificates (RFC 5280 §4.1.2.5): UTCTime or GeneralizedTime, to the second, in Zulu. */
import { DecodeError } from '@tlskit/tls-wire';
import { type DerReader, Tag } from '@tlskit/tls-wire/der';

export interface CertificateTime {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly time: number;
  /** UTCTime through 2049, GeneralizedTime from 2050: so authorities must write, but users must read either form at any time. */
  readonly conforming: boolean;
}

/** @throws DecodeError for any other form of time, and for one that does not exist */
export function readTime(reader: DerReader): CertificateTime {
  const { tag, value } = reader.next();
  if (tag !== Tag.utcTime && tag !== Tag.generalizedTime) throw new DecodeError('Time is neither form of time', 0);
  const yearDigits = tag === Tag.utcTime ? 2 : 4;
  if (value.length !== yearDigits + 11 || value[yearDigits + 10] !== 0x5a) {
    throw new DecodeError('Time is not to the second and in Zulu', 0);
  }
  const short = digits(value, 0, yearDigits);
  // §4.1.2.5.1: two digits from 50 are of the twentieth century.
  const year = yearDigits === 4 ? short : short < 50 ? 2000 + short : 1900 + short;
  const [month, day, hour, minute, second] = [0, 2, 4, 6, 8].map(at => digits(value, yearDigits + at, 2)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(time);
  // Date.UTC takes years before 100 for those of the twentieth century.
  if (
    date.getUTCFullYear() !== year ||
    date.getUTCMonth() !== month - 1 ||
    date.getUTCDate() !== day ||
    hour > 23 ||
    minute > 59 ||
    second > 59
  ) {
    throw new DecodeError('Time that does not exist', 0);
  }
  return { time, conforming: yearDigits === 2 || year >= 2050 };
}

/** A GeneralizedTime of that form, milliseconds since 1970: times of CRLs and OCSP responses. @throws DecodeError */
export function readGeneralizedTime(reader: DerReader): number {
  if (reader.peek() !== Tag.generalizedTime) throw new DecodeError('Time is no GeneralizedTime', 0);
  return readTime(reader).time;
}

function digits(value: Uint8Array, at: number, count: number): number {
  let number = 0;
  for (let i = at; i < at + count; i++) {
    const digit = (value[i] as number) - 0x30;
    if (!(digit >= 0 && digit <= 9)) throw new DecodeError('Time has something else than digits', i);
    number = number * 10 + digit;
  }
  return number;
}
