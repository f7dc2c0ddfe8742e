// Base32 and deterministic CBOR, read strictly: one meaning has one encoding, and anything else throws.

// RFC 4648 §6 without padding; leftover bits must be zero, so that one text has one meaning.
export function base32(text) {
  const bytes = [];
  let held = 0;
  let bits = 0;
  for (const symbol of text) {
    const value = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(symbol);
    if (value < 0) throw new Error('base32');
    held = (held << 5) | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((held >> bits) & 255);
      held &= (1 << bits) - 1;
    }
  }
  if (held !== 0 || bits > 4) throw new Error('base32');
  return Uint8Array.from(bytes);
}

// A tagged item.
export class Tagged {
  constructor(tag, value) {
    Object.assign(this, { tag, value });
  }
}

// Deterministic CBOR (RFC 8949 §4.2.1) as far as tokens use it: shortest lengths, nothing after the end.
export function cbor(bytes) {
  let at = 0;
  const take = (count) => {
    if (at + count > bytes.length) throw new Error('cbor');
    at += count;
    return bytes.subarray(at - count, at);
  };
  const argument = (low) => {
    if (low < 24) return low;
    if (low > 27) throw new Error('cbor');
    const value = take(1 << (low - 24)).reduce((sum, byte) => sum * 256 + byte, 0);
    if (value < [24, 256, 65536, 4294967296][low - 24] || !Number.isSafeInteger(value)) throw new Error('cbor');
    return value;
  };
  const item = (depth) => {
    if (depth > 8) throw new Error('cbor');
    const [first] = take(1);
    const [major, low] = [first >> 5, first & 31];
    if (major === 7) {
      if (low === 20 || low === 21) return low === 21;
      throw new Error('cbor');
    }
    const value = argument(low);
    switch (major) {
      case 0: return value;
      case 1: return -1 - value;
      case 2: return take(value).slice();
      case 3: return new TextDecoder('utf-8', { fatal: true }).decode(take(value));
      case 4: return Array.from({ length: Math.min(value, bytes.length) }, () => item(depth + 1));
      case 5: return map(value, depth);
      default: return new Tagged(value, item(depth + 1));
    }
  };
  const map = (size, depth) => {
    const entries = new Map();
    for (let count = 0; count < size; count += 1) {
      const key = item(depth + 1);
      if (entries.has(key)) throw new Error('cbor');
      entries.set(key, item(depth + 1));
    }
    return entries;
  };
  const whole = item(0);
  if (at !== bytes.length) throw new Error('cbor');
  return whole;
}
