// What Chromium's fake camera shows: a place of a certificate's first page as a film (YUV4MPEG2).
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const [WIDTH, HEIGHT] = [1280, 720];

// A still film of `x`, `y` on the page, in dots at `dpi`.
export function film(bytes, path, { dpi, x, y }) {
  const folder = mkdtempSync(join(tmpdir(), 'earayis-film-'));
  try {
    writeFileSync(join(folder, 'a.pdf'), bytes);
    const place = ['-x', x, '-y', y, '-W', WIDTH, '-H', HEIGHT].map(String);
    execFileSync('pdftoppm', ['-r', String(dpi), '-f', '1', '-l', '1', ...place, '-gray', '-singlefile', 'a.pdf', 'a'], { cwd: folder });
    const grey = pixels(readFileSync(join(folder, 'a.pgm')));
    const colourless = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
    const frame = Buffer.concat([Buffer.from('FRAME\n'), grey, colourless]);
    writeFileSync(path, Buffer.concat([Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`), frame, frame]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// The pixels of a binary PGM of the film's size; what the page does not cover stays paper.
function pixels(pgm) {
  const [head, width, height] = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(pgm.subarray(0, 64).toString('latin1'));
  const paper = Buffer.alloc(WIDTH * HEIGHT, 255);
  for (let row = 0; row < Math.min(height, HEIGHT); row += 1) {
    const begin = head.length + row * width;
    pgm.copy(paper, row * WIDTH, begin, begin + Math.min(width, WIDTH));
  }
  return paper;
}
