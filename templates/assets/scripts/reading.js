// Reads QR codes from a picture or a camera in this browser: by its own detector where it has one, else by the vendored
// decoder, which is loaded only then. No picture leaves the device.

// Longest sides, in pixels, in which a picture is tried: small is quick, large finds a small code.
const SIDES = [1600, 1000, 3000];
const CAMERA_SIDE = 1280;

let reader;

// A function from something that can be drawn to the texts of the QR codes in it.
export function openReader() {
  if (!reader) reader = native().then((own) => own || vendored()).catch((error) => { reader = null; throw error; });
  return reader;
}

async function native() {
  try {
    if (!(await BarcodeDetector.getSupportedFormats()).includes('qr_code')) return null;
    const detector = new BarcodeDetector({ formats: ['qr_code'] });
    return async (source, side) => (await detector.detect(canvasOf(source, side))).map((code) => code.rawValue);
  } catch (_) {
    return null;
  }
}

async function vendored() {
  const { decodeQR } = await import('./qr-decode.js');
  return async (source, side) => {
    const canvas = canvasOf(source, side);
    const { width, height } = canvas;
    try {
      return [decodeQR(canvas.getContext('2d').getImageData(0, 0, width, height))];
    } catch (_) {
      return [];
    }
  };
}

// Whether a text is that of a certificate's QR, ours or not.
export const isCertificate = (text) => /^https?:\/\/[^/#]+\/v#/i.test(text);

// The texts of different certificates' QRs among these.
export const certificatesIn = (texts) => [...new Set(texts.filter(isCertificate))];

// The text of a certificate's QR in a picture's file, or null when none can be read here, or more than one: then the
// service is asked, which says that they are several. The vendored decoder reads one code of a picture and no more, so
// with it a second one stays unseen; the browser's own detector sees all.
export async function readPicture(file) {
  try {
    const read = await openReader();
    const picture = await createImageBitmap(file);
    const longest = Math.max(picture.width, picture.height);
    for (const side of SIDES.filter((wanted, place) => place === 0 || wanted < longest || SIDES[place - 1] < longest)) {
      const found = certificatesIn(await read(picture, side));
      if (found.length > 0) return found.length === 1 ? found[0] : null;
    }
  } catch (_) {
    // The service may know better what to do with it.
  }
  return null;
}

export const readCamera = (read, video) => read(video, CAMERA_SIDE);

let canvas;

function canvasOf(source, side) {
  const [width, height] = [source.videoWidth || source.width, source.videoHeight || source.height];
  const scale = Math.min(1, side / Math.max(width, height));
  canvas = canvas || document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  canvas.getContext('2d', { willReadFrequently: true }).drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}
