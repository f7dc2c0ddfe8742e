// The camera in the page: opened on request, looked through for a certificate's QR, closed as soon as one is read, the
// reader leaves or the page is hidden. Whatever fails is told with what to do instead.
import { byId, say, words } from './words.js';
import { certificatesIn, openReader, readCamera } from './reading.js';

// How long to look before advice is given, in milliseconds.
const PATIENCE = 15000;
// The shortest pause between two looks; a slow telephone pauses as long as it looked.
const PAUSE = 120;

let stream = null;
let opening = false;

// Opens the camera and calls `found` once with a QR's text.
export async function openCamera(found) {
  if (stream || opening) return;
  opening = true;
  hint('');
  say(words('camera-opening'));
  try {
    if (!window.isSecureContext) throw new DOMException('', 'SecurityError');
    if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) throw new DOMException('', 'NotFoundError');
    const video = { facingMode: 'environment', width: { ideal: 1920 }, height: { ideal: 1080 } };
    stream = await navigator.mediaDevices.getUserMedia({ audio: false, video });
  } catch (error) {
    return hint(words(WORDS[error.name] || 'camera-failed'));
  } finally {
    opening = false;
  }
  await look(found).catch(() => {
    // Closed by the reader before it showed anything.
    if (!stream) return;
    closeCamera();
    hint(words('camera-outdated'));
  });
}

const WORDS = {
  NotAllowedError: 'camera-refused', SecurityError: 'camera-insecure', NotFoundError: 'camera-none',
  OverconstrainedError: 'camera-none', NotReadableError: 'camera-taken', AbortError: 'camera-taken',
};

export function closeCamera() {
  if (!stream) return;
  for (const track of stream.getTracks()) track.stop();
  stream = null;
  byId('camera-picture').srcObject = null;
  display(false);
}

async function look(found) {
  const own = stream;
  const video = byId('camera-picture');
  display(true);
  video.srcObject = own;
  byId('close-camera').onclick = () => { closeCamera(); byId('open-camera').focus(); };
  const [read] = await Promise.all([openReader(), video.play()]);
  advise('camera-point');
  byId('camera-title').focus();
  const begun = Date.now();
  while (stream === own) {
    const looked = Date.now();
    const texts = video.videoWidth ? await readCamera(read, video) : [];
    if (stream !== own) return;
    const certificates = certificatesIn(texts);
    if (certificates.length === 1) {
      closeCamera();
      found(certificates[0]);
      return;
    }
    // Which of several is meant, only the reader knows.
    if (certificates.length > 1) advise('camera-several');
    else if (texts.length > 0) advise('camera-other');
    else if (Date.now() - begun > PATIENCE) advise('camera-closer');
    await new Promise((again) => { setTimeout(again, Math.max(PAUSE, Date.now() - looked)); });
  }
}

function display(is) {
  byId('camera').hidden = !is;
  byId('ways').hidden = is;
}

// Says what to do; a text that stands there already is not said again.
function advise(name) {
  const says = byId('camera-says');
  if (says.textContent !== words(name)) says.textContent = words(name);
  say('');
}

function hint(text) {
  const shown = byId('camera-hint');
  shown.hidden = text === '';
  shown.querySelector('span').textContent = text;
  say(text, true);
}

document.addEventListener('visibilitychange', () => { if (document.hidden) closeCamera(); });
addEventListener('pagehide', closeCamera);
addEventListener('keydown', (event) => { if (event.key === 'Escape' && stream) byId('close-camera').click(); });
