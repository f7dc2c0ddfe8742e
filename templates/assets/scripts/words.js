// What every script needs of the page: its words in the reader's language, elements, and a voice for screen readers.

export const byId = (id) => document.getElementById(id);

// The text of this name from the page's own template, with {date} and the like filled in.
export function words(name, values = {}) {
  const text = byId('words').content.querySelector(`[data-name="${name}"]`).textContent;
  return text.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? values[key] : whole));
}

// A value that the page tells its scripts, such as `mostBytes`.
export const told = (name) => byId('words').dataset[name];

export function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// Says something where everybody sees it, or, quietly, to screen readers only.
export function say(text, quietly) {
  const live = byId('live');
  live.textContent = text;
  live.classList.toggle('quiet', Boolean(quietly));
}

// What had the focus when the forms became busy: a disabled button loses it.
let left = null;

// Marks the forms as busy, so that nothing is sent twice; whoever lost her place by that is led back to it.
export function busy(is) {
  if (is && !left) left = document.activeElement;
  for (const button of document.querySelectorAll('.way button')) button.disabled = is;
  if (is) return;
  const lost = !document.activeElement || document.activeElement === document.body;
  if (left && left.isConnected && lost) left.focus();
  left = null;
}

// The day in Baku, which keeps UTC+4 all year: 24.11.2026.
export function day(seconds) {
  const [year, month, date] = new Date((seconds + 4 * 3600) * 1000).toISOString().slice(0, 10).split('-');
  return `${date}.${month}.${year}`;
}

// The day and minute in Baku: 24.11.2026, 09:41.
export function minute(seconds) {
  return `${day(seconds)}, ${new Date((seconds + 4 * 3600) * 1000).toISOString().slice(11, 16)}`;
}
