// The signed token of a QR (COSE_Sign1, RFC 9052 §4.2, around a CWT, RFC 8392), believed only under a key of ours.
import { base32, cbor, Tagged } from './cbor.js';

// The names of the claims; RFC 8392 §4 and our own.
export const CLAIM = { issuer: 1, expires: 4, begins: 5, number: 7, status: 65535, kind: -70001, facts: -70002, demonstration: -70003 };

// How far this device's clock may be behind ours, in seconds.
export const SKEW = 300;

// Whether this browser can check signatures at all; it does on secure pages only.
export const able = () => Boolean(window.crypto && crypto.subtle);

// Takes a QR's text apart: our address and what stands behind the #, or that alone.
export function partsOf(text) {
  const secret = text.includes('#') ? text.slice(text.indexOf('#') + 1) : text;
  const [code, token] = secret.trim().toUpperCase().split('.');
  return { code, token: token || '' };
}

// What became of a token under `keys` (a JWK set) at `now` (seconds): a word, and the claims where they are ours.
export async function checkToken(text, keys, now) {
  if (!able() || !keys) return { word: 'unable' };
  let token;
  try {
    token = parse(text);
  } catch (_) {
    return { word: 'garbled' };
  }
  const key = keys.keys.find((jwk) => jwk.purpose === 'qr' && jwk.kid === token.kid);
  if (!key) return { word: 'unknown-key' };
  if (key.revoked_at !== undefined) return { word: 'revoked-key' };
  try {
    if (!(await signedBy(key, token.signature, token.signed))) return { word: 'forged' };
  } catch (_) {
    return { word: 'unable' };
  }
  const begins = token.claims.get(CLAIM.begins);
  // A key signs within its own time; what is dated in the future meets a clock that is behind.
  if (!(begins >= key.nbf && begins < key.exp)) return { word: 'forged' };
  if (begins > now + SKEW) return { word: 'future' };
  return { word: 'genuine', claims: token.claims, key };
}

// Whether `key` (P-256) signed `bytes`: ES256, the signature as r and s.
export async function signedBy({ kty, crv, x, y }, signature, bytes) {
  const curve = { name: 'ECDSA', namedCurve: 'P-256' };
  const imported = await crypto.subtle.importKey('jwk', { kty, crv, x, y }, curve, false, ['verify']);
  return crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, imported, signature, bytes);
}

function parse(text) {
  const message = cbor(base32(text));
  if (!(message instanceof Tagged) || message.tag !== 18 || message.value.length !== 4) throw new Error('token');
  const [head, open, payload, signature] = message.value;
  const headers = cbor(head);
  const fits = open instanceof Map && open.size === 0 && headers.size === 2 && headers.get(1) === -7
    && headers.get(4) instanceof Uint8Array && signature.length === 64;
  if (!fits) throw new Error('token');
  const signed = concat(
    [0x84, 0x6a], new TextEncoder().encode('Signature1'),
    lengthOf(head), head, [0x40], lengthOf(payload), payload,
  );
  return { kid: base64url(headers.get(4)), claims: claimsOf(payload), signature, signed };
}

function claimsOf(payload) {
  const claims = cbor(payload);
  const number = (name) => Number.isSafeInteger(claims.get(name));
  const fits = typeof claims.get(CLAIM.issuer) === 'string' && number(CLAIM.begins)
    && (!claims.has(CLAIM.expires) || number(CLAIM.expires))
    && claims.get(CLAIM.number) instanceof Uint8Array && claims.get(CLAIM.status) instanceof Map
    && typeof claims.get(CLAIM.kind) === 'string' && claims.get(CLAIM.facts) instanceof Map;
  if (!fits) throw new Error('claims');
  return claims;
}

function lengthOf(bytes) {
  const length = bytes.length;
  if (length < 24) return [0x40 + length];
  return length < 256 ? [0x58, length] : [0x59, length >> 8, length & 255];
}

function concat(...parts) {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
}
