// The script of the verification page: keeps a scanned code out of the address, checks the QR's signature in this
// browser, and asks about a file's fingerprint before the file itself is sent. Without it the forms still work.
(() => {
  'use strict';

  // What stands after # is the secret of possession: it leaves the address before anything else is done or loaded.
  let scanned = takeFragment();

  addEventListener('hashchange', () => {
    scanned = takeFragment();
    if (scanned) checkScanned(scanned);
  });
  document.addEventListener('DOMContentLoaded', () => {
    bind();
    if (scanned) checkScanned(scanned);
  });

  function takeFragment() {
    const text = location.hash.slice(1);
    if (!text || text === 'main') return null;
    history.replaceState(null, '', location.pathname + location.search);
    return text.toUpperCase();
  }

  const byId = (id) => document.getElementById(id);
  const words = (name) => byId('words').content.querySelector(`[data-name="${name}"]`).textContent;

  function element(name, properties, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  function say(text, quietly) {
    const live = byId('live');
    live.textContent = text;
    live.classList.toggle('quiet', Boolean(quietly));
  }

  function bind() {
    for (const only of document.querySelectorAll('.script-only')) only.hidden = false;
    const form = byId('by-file');
    if (form) bindFile(form);
    const download = byId('download-receipt');
    if (download) download.addEventListener('click', () => save(download.dataset.name, byId('receipt').value));
  }

  // ---- answers of the service

  async function ask(address, body) {
    const answer = await fetch(address, { method: 'POST', body, cache: 'no-store', referrerPolicy: 'no-referrer' });
    if (!(answer.headers.get('content-type') || '').startsWith('text/html')) throw new Error('no page');
    return new DOMParser().parseFromString(await answer.text(), 'text/html');
  }

  function show(page) {
    document.title = page.title;
    byId('main').replaceWith(document.adoptNode(page.getElementById('main')));
    bind();
    say(words('script-done'), true);
    const heading = document.querySelector('#main .verdict h1') || byId('main');
    heading.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  // ---- files

  function bindFile(form) {
    const input = byId('file');
    const drop = byId('drop');
    drop.classList.add('scripted');
    input.addEventListener('change', () => { byId('chosen').textContent = input.files[0] ? input.files[0].name : ''; });
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      checkFile(input.files[0]);
    });
    for (const [name, over] of [['dragenter', true], ['dragover', true], ['dragleave', false], ['drop', false]]) {
      form.addEventListener(name, (event) => {
        event.preventDefault();
        drop.classList.toggle('over', over);
      });
    }
    form.addEventListener('drop', (event) => checkFile(event.dataTransfer.files[0]));
  }

  async function checkFile(file) {
    if (!file) return fileHint(words('hint-no-file'));
    if (file.size > Number(byId('words').dataset.mostBytes)) return fileHint(words('script-too-large'));
    busy(true);
    try {
      if (!globalThis.crypto || !crypto.subtle) return await upload(file);
      say(words('script-hashing'));
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
      say(words('script-asking'));
      const page = await ask('/v', new URLSearchParams({ digest: hex(digest) }));
      // Bytes that nobody released are examined by the service; only that can say what they are.
      if (!page.getElementById('by-digest')) return await upload(file);
      show(page);
      byId('by-digest').hidden = false;
      byId('show-facts').addEventListener('click', () => upload(file).catch(failed));
    } catch (_) {
      failed();
    }
  }

  async function upload(file) {
    say(words('script-uploading'));
    const form = new FormData();
    form.append('file', file, 'arayis.pdf');
    show(await ask('/v/file', form));
  }

  function fileHint(text) {
    const hint = byId('file-hint');
    hint.hidden = false;
    hint.querySelector('span').textContent = text;
    byId('file').setAttribute('aria-invalid', 'true');
    say(text, true);
    byId('file').focus();
  }

  function failed() {
    busy(false);
    say(words('script-failed'));
  }

  function busy(is) {
    for (const button of document.querySelectorAll('.way button')) button.disabled = is;
  }

  function save(name, text) {
    const address = URL.createObjectURL(new Blob([text], { type: 'application/jose' }));
    const link = element('a', { href: address, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
  }

  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

  // ---- a scanned QR: CODE or CODE.TOKEN

  async function checkScanned(text) {
    const [code, token] = text.split('.');
    busy(true);
    say(words('script-checking-code'));
    const kinds = byId('kinds');
    const panel = token ? signedPanel(await checkToken(token), kinds) : null;
    const former = document.querySelector('.signed');
    if (former) former.remove();
    if (panel) byId('main').prepend(panel);
    const what = token ? `${location.origin}/V#${text}` : code;
    try {
      show(await ask('/v', new URLSearchParams({ what })));
      if (panel) place(panel, kinds);
    } catch (_) {
      failed();
      if (panel) panel.open = true;
      const retry = element('button', { type: 'button', textContent: words('verdict-retry') });
      retry.addEventListener('click', () => { offline.remove(); checkScanned(text); });
      const offline = element('div', { className: 'beside' }, element('p', { textContent: words('signed-offline') }), retry);
      if (panel) panel.after(offline);
      else byId('main').prepend(offline);
    }
  }

  function place(panel, kinds) {
    const checks = document.querySelector('#main .checks');
    if (checks) checks.before(panel);
    else byId('main').append(panel);
    if (kinds && !byId('kinds')) byId('main').append(kinds);
  }

  // What became of a token: a name of the words, and the signed claims where they are ours.
  async function checkToken(text) {
    if (!globalThis.crypto || !crypto.subtle) return { word: 'signed-unable' };
    let token;
    try {
      token = parseToken(text);
    } catch (_) {
      return { word: 'signed-garbled' };
    }
    try {
      const answer = await fetch('/.well-known/jwks.json', { referrerPolicy: 'no-referrer', credentials: 'omit' });
      const key = (await answer.json()).keys.find((jwk) => jwk.purpose === 'qr' && jwk.kid === token.kid);
      if (!key) return { word: 'signed-unknown-key' };
      if (key.revoked_at !== undefined) return { word: 'signed-revoked-key' };
      const { kty, crv, x, y } = key;
      const curve = { name: 'ECDSA', namedCurve: 'P-256' };
      const imported = await crypto.subtle.importKey('jwk', { kty, crv, x, y }, curve, false, ['verify']);
      const how = { name: 'ECDSA', hash: 'SHA-256' };
      const genuine = await crypto.subtle.verify(how, imported, token.signature, token.signed);
      return genuine ? { word: 'signed-genuine', claims: token.claims } : { word: 'signed-forged' };
    } catch (_) {
      return { word: 'signed-unable' };
    }
  }

  // COSE_Sign1 (RFC 9052 §4.2) with ES256 and a kid, around a CWT (RFC 8392); anything else throws.
  function parseToken(text) {
    const [head, , payload, signature] = untagged(cbor(base32(text)));
    const headers = cbor(head);
    if (headers.get(1) !== -7 || !(headers.get(4) instanceof Uint8Array) || signature.length !== 64) throw new Error();
    const signed = concat(
      [0x84, 0x6a], new TextEncoder().encode('Signature1'),
      lengthOf(head), head, [0x40], lengthOf(payload), payload,
    );
    return { kid: base64url(headers.get(4)), claims: untagged(cbor(payload)), signature, signed };
  }

  const untagged = (value) => (value && value.tag !== undefined ? untagged(value.value) : value);

  function lengthOf(bytes) {
    const length = bytes.length;
    if (length < 24) return [0x40 + length];
    return length < 256 ? [0x58, length] : [0x59, length >> 8, length & 255];
  }

  function concat(...parts) {
    return Uint8Array.from(parts.flatMap((part) => Array.from(part)));
  }

  function base64url(bytes) {
    return btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
  }

  // RFC 4648 §6 without padding; leftover bits must be zero, so that one text has one meaning.
  function base32(text) {
    const bytes = [];
    let held = 0;
    let bits = 0;
    for (const symbol of text) {
      const value = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(symbol);
      if (value < 0) throw new Error();
      held = (held << 5) | value;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        bytes.push((held >> bits) & 255);
        held &= (1 << bits) - 1;
      }
    }
    if (held !== 0 || bits > 4) throw new Error();
    return Uint8Array.from(bytes);
  }

  // Deterministic CBOR (RFC 8949 §4.2.1) as far as tokens use it: shortest lengths, nothing after the end.
  function cbor(bytes) {
    let at = 0;
    const take = (count) => {
      if (at + count > bytes.length) throw new Error();
      at += count;
      return bytes.subarray(at - count, at);
    };
    const argument = (low) => {
      if (low < 24) return low;
      if (low > 27) throw new Error();
      const value = take(1 << (low - 24)).reduce((sum, byte) => sum * 256 + byte, 0);
      if (value < [24, 256, 65536, 4294967296][low - 24] || !Number.isSafeInteger(value)) throw new Error();
      return value;
    };
    const item = (depth) => {
      if (depth > 8) throw new Error();
      const [first] = take(1);
      const [major, low] = [first >> 5, first & 31];
      if (major === 7) {
        if (low === 20 || low === 21) return low === 21;
        throw new Error();
      }
      const value = argument(low);
      switch (major) {
        case 0: return value;
        case 1: return -1 - value;
        case 2: return take(value).slice();
        case 3: return new TextDecoder('utf-8', { fatal: true }).decode(take(value));
        case 4: return Array.from({ length: Math.min(value, bytes.length) }, () => item(depth + 1));
        case 5: return map(value, depth);
        default: return { tag: value, value: item(depth + 1) };
      }
    };
    const map = (size, depth) => {
      const entries = new Map();
      for (let count = 0; count < size; count += 1) {
        const key = item(depth + 1);
        if (entries.has(key)) throw new Error();
        entries.set(key, item(depth + 1));
      }
      return entries;
    };
    const whole = item(0);
    if (at !== bytes.length) throw new Error();
    return whole;
  }

  // ---- the signed claims as a table

  function signedPanel({ word, claims }, kinds) {
    const panel = element('details', { className: 'signed', open: word !== 'signed-genuine' });
    const genuine = word === 'signed-genuine';
    const outcome = element('span', { className: 'count', textContent: words(outcomeOf(word)) });
    panel.append(element('summary', {}, words('signed-title'), ' ', outcome));
    panel.append(element('p', { className: genuine ? 'ours' : 'not-ours', textContent: words(word) }));
    if (!claims) return panel;
    const body = element('tbody', {});
    for (const [label, value] of linesOf(claims, kinds)) {
      body.append(element('tr', {}, element('th', { scope: 'row', textContent: label }), element('td', { textContent: value })));
    }
    const table = element('table', { className: 'facts' }, body);
    panel.append(table);
    return panel;
  }

  function outcomeOf(word) {
    if (word === 'signed-genuine') return 'checks-passed';
    return word === 'signed-unable' ? 'checks-not-done' : 'checks-failed';
  }

  function linesOf(claims, kinds) {
    const text = (value) => (value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value));
    const kind = kinds && kinds.content.querySelector(`[data-kind="${CSS.escape(text(claims.get(-70001)))}"]`);
    const lines = [[words('verdict-certificate'), kind ? kind.dataset.title : text(claims.get(-70001))]];
    lines.push([words('verdict-number'), text(claims.get(7))]);
    for (const [code, value] of claims.get(-70002) || []) {
      const field = kind && kind.querySelector(`[data-field="${CSS.escape(code)}"]`);
      lines.push([field ? field.dataset.label : code, printed(value, field)]);
    }
    if (claims.has(5)) lines.push([words('verdict-issued'), day(claims.get(5))]);
    if (claims.has(4)) lines.push([words('signed-expires'), day(claims.get(4) - 1)]);
    lines.push([words('signed-issuer'), text(claims.get(1)).toLowerCase()]);
    if (claims.get(-70003) === true) lines.push([words('verdict-demonstration'), '']);
    return lines;
  }

  function printed(value, field) {
    const sort = field ? field.dataset.sort : '';
    if (sort === 'money') return money(value);
    if (sort === 'choice') {
      const choice = field.querySelector(`[data-choice="${CSS.escape(String(value))}"]`);
      return choice ? choice.textContent : String(value);
    }
    const date = /^(\d{4})-(\d\d)(?:-(\d\d))?$/.exec(String(value));
    if (date) return [date[3], date[2], date[1]].filter(Boolean).join('.');
    const moment = /^\d{4}-\d\d-\d\dT/.test(String(value)) ? Date.parse(value) : NaN;
    return Number.isNaN(moment) ? String(value) : day(moment / 1000);
  }

  function money(qepik) {
    const [manat, rest] = [Math.floor(Math.abs(qepik) / 100), String(Math.abs(qepik) % 100).padStart(2, '0')];
    const grouped = String(manat).replace(/\B(?=(\d{3})+$)/g, '\u00a0');
    return `${qepik < 0 ? '−' : ''}${grouped},${rest}\u00a0₼`;
  }

  // The day in Baku, which keeps UTC+4 all year.
  function day(seconds) {
    const [year, month, date] = new Date((seconds + 4 * 3600) * 1000).toISOString().slice(0, 10).split('-');
    return `${date}.${month}.${year}`;
  }
})();
