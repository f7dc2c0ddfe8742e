// The verification page: joins the field, the camera and the file to what checks them. Without it the forms still work.
import { bindFile } from './file.js';
import { refresh } from './kept.js';
import { checkScanned, checkTyped } from './scan.js';
import { bindDownload } from './download.js';
import { byId, say, words } from './words.js';

function bind() {
  for (const only of document.querySelectorAll('.script-only')) only.hidden = false;
  const [typed, file, camera] = [byId('typed'), byId('by-file'), byId('open-camera')];
  if (typed) {
    typed.addEventListener('submit', (event) => {
      event.preventDefault();
      checkTyped(byId('what').value, bind);
    });
  }
  if (file) bindFile(file, bind);
  if (camera) camera.addEventListener('click', openCamera);
  bindDownload();
  connection();
}

// The camera's script, and a decoder if the browser has none, are fetched when a camera is wanted.
async function openCamera() {
  try {
    const camera = await import('./camera.js');
    await camera.openCamera((text) => checkScanned(text, bind));
  } catch (_) {
    say(words('camera-outdated'));
  }
}

// Says, while there is no connection, what can still be checked.
function connection() {
  const note = byId('offline-note');
  if (note) note.hidden = navigator.onLine !== false;
}

function presented() {
  const text = window.earayisPresented;
  delete window.earayisPresented;
  if (text) checkScanned(text.toUpperCase(), bind);
}

addEventListener('hashchange', () => {
  const text = location.hash.slice(1);
  if (!text || text === 'main') return;
  history.replaceState(null, '', location.pathname + location.search);
  checkScanned(text.toUpperCase(), bind);
});
addEventListener('online', connection);
addEventListener('offline', connection);

bind();
presented();

// Once everything else is done: what makes the page work without a connection the next time.
addEventListener('load', () => setTimeout(async () => {
  await refresh().catch(() => {});
  if (!('serviceWorker' in navigator)) return;
  // A QR opens the page in upper case, and scopes know the difference.
  for (const scope of ['/v', '/V']) {
    await navigator.serviceWorker.register(byId('words').dataset.worker, { scope, updateViaCache: 'none' }).catch(() => {});
  }
}, 1000));
