// The page of receipts: a receipt out of an address or a file is put into the field and asked about, and printed.
import { ask, show } from './answer.js';
import { bindDownload } from './download.js';
import { busy, byId, say, words } from './words.js';

function bind() {
  for (const only of document.querySelectorAll('.script-only')) only.hidden = false;
  const form = byId('by-receipt');
  if (form) bindForm(form);
  const print = byId('print');
  if (print) print.addEventListener('click', () => window.print());
  bindDownload();
}

function bindForm(form) {
  const input = byId('receipt-file');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    check(byId('receipt').value);
  });
  input.addEventListener('change', () => {
    const file = input.files[0];
    if (!file || file.size > Number(byId('receipt').maxLength)) return say(words('receipt-not-text'));
    const reader = new FileReader();
    reader.addEventListener('load', () => {
      byId('receipt').value = reader.result.trim();
      check(reader.result);
    });
    reader.readAsText(file);
    return undefined;
  });
}

// The receipt travels in a form, never in an address that a server sees.
async function check(text) {
  busy(true);
  say(words('receipt-checking'));
  try {
    show(await ask('/v/receipt', new URLSearchParams({ receipt: text })), bind);
  } catch (_) {
    say(words('script-failed'));
  } finally {
    busy(false);
  }
}

function presented() {
  const text = window.earayisPresented;
  delete window.earayisPresented;
  if (text) check(text);
}

addEventListener('hashchange', () => {
  const text = location.hash.slice(1);
  if (!text || text === 'main') return;
  history.replaceState(null, '', location.pathname + location.search);
  check(text);
});

bind();
presented();
