// A file: a picture's QR is read here and the picture stays here; of a PDF only the fingerprint is asked about, and the
// file itself is sent only when nobody knows its fingerprint, or when the reader wants to see the facts.
import { ask, begin, show } from './answer.js';
import { checkScanned } from './scan.js';
import { readPicture } from './reading.js';
import { busy, byId, say, told, words } from './words.js';

export function bindFile(form, bind) {
  const input = byId('file');
  const drop = byId('drop');
  drop.classList.add('scripted');
  input.addEventListener('change', () => { byId('chosen').textContent = input.files[0] ? input.files[0].name : ''; });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    checkFiles(input.files, bind);
  });
  for (const [name, over] of [['dragenter', true], ['dragover', true], ['dragleave', false], ['drop', false]]) {
    form.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.toggle('over', over);
    });
  }
  form.addEventListener('drop', (event) => checkFiles(event.dataTransfer.files, bind));
}

function checkFiles(files, bind) {
  const wrong = wrongWith(files);
  if (!wrong) return attempt(/^image\//.test(files[0].type) ? checkPicture : checkBytes, files[0], bind);
  // What an earlier check finds out must not pass for an answer about these.
  begin();
  busy(false);
  return hint(wrong);
}

// Of several files one verdict could not say which it is about.
function wrongWith(files) {
  if (files.length === 0) return words('hint-no-file');
  if (files.length > 1) return words('hint-one-file');
  return files[0].size > Number(told('mostBytes')) ? words('script-too-large') : null;
}

async function attempt(check, file, bind) {
  const newest = begin();
  busy(true);
  try {
    await check(file, bind, newest);
  } catch (_) {
    if (newest()) say(words('script-failed'));
  } finally {
    if (newest()) busy(false);
  }
}

async function checkPicture(file, bind, newest) {
  say(words('script-reading-picture'));
  const text = await readPicture(file);
  if (!newest()) return;
  if (text) await checkScanned(text, bind, file.name, newest);
  else await upload(file, bind, newest);
}

async function checkBytes(file, bind, newest) {
  if (!window.crypto || !crypto.subtle) return upload(file, bind, newest);
  say(words('script-hashing'));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await bytesOf(file)));
  if (!newest()) return;
  say(words('script-asking'));
  const page = await ask('/v', new URLSearchParams({ digest: hex(digest) }));
  if (!newest()) return;
  // Bytes that nobody released are examined by the service; only that can say what they are.
  if (isUnknown(page)) return upload(file, bind, newest);
  show(page, bind, file.name);
  if (!byId('by-digest')) return;
  byId('by-digest').hidden = false;
  byId('show-facts').addEventListener('click', () => attempt(upload, file, bind));
}

// Whether the page says that no certificate has this fingerprint: it is refused, and nothing is told of any.
const isUnknown = (page) => Boolean(page.querySelector('#main .verdict.refused') && !page.querySelector('#main .summary'));

async function upload(file, bind, newest) {
  say(words('script-uploading'));
  const form = new FormData();
  form.append('file', file, 'arayis');
  const page = await ask('/v/file', form);
  if (newest()) show(page, bind, file.name);
}

function hint(text) {
  const shown = byId('file-hint');
  shown.hidden = false;
  shown.querySelector('span').textContent = text;
  byId('file').setAttribute('aria-invalid', 'true');
  say(text, true);
  byId('file').focus();
}

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

// `Blob.arrayBuffer` came later than all else that is used here.
const bytesOf = (file) => (file.arrayBuffer ? file.arrayBuffer() : new Response(file).arrayBuffer());
