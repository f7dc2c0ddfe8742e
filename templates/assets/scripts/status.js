// What a published status list (IETF Token Status List, JWT) says of one place, and when it said so.
import { signedBy } from './token.js';

const NAMES = ['valid', 'revoked', 'suspended', 'superseded'];
// The most bytes of an unpacked list: 2²⁰ places of two bits.
const LONGEST = 1 << 18;

// The claims of the list `text`, which a status key of `keys` signed within its time; null when none did. Throws where
// it is no list at all.
export async function claimsOf(text, keys) {
  const [head, body, signature, ...more] = text.trim().split('.');
  const header = json(head);
  const key = keys.keys.find((jwk) => jwk.purpose === 'status' && jwk.kid === header.kid);
  const fits = more.length === 0 && header.alg === 'ES256' && header.typ === 'statuslist+jwt' && key && key.revoked_at === undefined;
  if (!fits || !(await signedBy(key, bytesOf(signature), new TextEncoder().encode(`${head}.${body}`)))) return null;
  const claims = json(body);
  return claims.iat >= key.nbf && claims.iat < key.exp ? claims : null;
}

// Reads place `index` of the list `text`: its name, when the list was signed and until when it may be relied on, in
// seconds; null when the list is not ours, not the one that is asked for, or cannot be read here.
export async function statusAt(text, index, uri, keys) {
  try {
    const claims = await claimsOf(text, keys);
    if (!claims || claims.sub !== uri || claims.status_list.bits !== 2) return null;
    const places = await inflate(bytesOf(claims.status_list.lst));
    const byte = places[index >> 2];
    if (byte === undefined) return null;
    return { name: NAMES[(byte >> ((index & 3) * 2)) & 3], at: claims.iat, until: claims.exp };
  } catch (_) {
    return null;
  }
}

const json = (text) => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(text)));

function bytesOf(text) {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) throw new Error('base64url');
  return Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (symbol) => symbol.charCodeAt(0));
}

// zlib (RFC 1950); a browser without it cannot read lists, and then the status is not known.
async function inflate(bytes) {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate')).getReader();
  const whole = new Uint8Array(LONGEST);
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return whole.subarray(0, length);
    if (length + value.length > LONGEST) throw new Error('too long');
    whole.set(value, length);
    length += value.length;
  }
}
