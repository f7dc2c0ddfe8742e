// The receipt as a file: made in this browser from the text on the page, so that no address holds it.
import { byId, element } from './words.js';

export function bindDownload() {
  const button = byId('download-receipt');
  if (button) button.addEventListener('click', () => save(button.dataset.name, byId('receipt-text').value || byId('receipt-text').textContent));
}

function save(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/jose' }));
  const link = element('a', { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}
