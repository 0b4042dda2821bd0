import { z } from 'zod';

import { parseJson } from './parse-json.js';

/**
 * The bytes of a job or a callback in a queue: `LTR`, a version byte, the length of the metadata (uint32, big endian),
 * the metadata as JSON, then the bytes of the body.
 */
const magic = Buffer.from('LTR');
const version = 1;
const headLength = magic.length + 1 + 4;

/** The result of reading an envelope. A `newer` one is readable for a newer release; `garbage` for none. */
export type EnvelopeReading<T> =
  | { readonly kind: 'ok'; readonly content: T }
  | { readonly kind: 'newer'; readonly version: number }
  | { readonly kind: 'garbage'; readonly reason: string };

/** The bytes outside the JSON. */
export interface WithBody {
  readonly body: Uint8Array;
}

export interface EnvelopeCodec<T extends WithBody> {
  seal(content: T): Uint8Array;
  /** Never throws. The body is a view of `bytes`, not a copy. */
  open(bytes: Uint8Array): EnvelopeReading<T>;
}

const envelopeJson = z.object({ kind: z.string(), metadata: z.unknown() });

/** Makes a codec for metadata of one schema. `kind` prevents that a callback is read as a job. */
export function envelopeCodec<Schema extends z.ZodObject>(
  kind: string,
  schema: Schema,
): EnvelopeCodec<z.infer<Schema> & WithBody> {
  return {
    seal({ body, ...metadata }) {
      const json = Buffer.from(JSON.stringify({ kind, metadata }));
      const bytes = Buffer.allocUnsafe(headLength + json.length + body.length);
      magic.copy(bytes);
      bytes[magic.length] = version;
      bytes.writeUInt32BE(json.length, magic.length + 1);
      json.copy(bytes, headLength);
      bytes.set(body, headLength + json.length);
      return bytes;
    },

    open(input) {
      const bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
      if (bytes.length < headLength || bytes.compare(magic, 0, magic.length, 0, magic.length) !== 0) {
        return garbage('it is not an envelope of Later');
      }
      const sealedVersion = bytes[magic.length]!;
      if (sealedVersion > version) return { kind: 'newer', version: sealedVersion };
      if (sealedVersion === 0) return garbage('there is no envelope version 0');
      const bodyStart = headLength + bytes.readUInt32BE(magic.length + 1);
      if (bodyStart > bytes.length) return garbage('its metadata is cut short');
      const inner = envelopeJson.safeParse(parseJson(bytes.toString('utf8', headLength, bodyStart)));
      if (!inner.success) return garbage('its metadata is unreadable');
      if (inner.data.kind !== kind) return garbage(`it holds a ${inner.data.kind}, not a ${kind}`);
      const metadata = schema.safeParse(inner.data.metadata);
      if (!metadata.success) return garbage(`its metadata does not fit: ${z.prettifyError(metadata.error)}`);
      return { kind: 'ok', content: { ...metadata.data, body: bytes.subarray(bodyStart) } };
    },
  };
}

const garbage = (reason: string) => ({ kind: 'garbage', reason }) as const;
