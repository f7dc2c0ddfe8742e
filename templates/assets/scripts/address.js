// Takes what a QR wrote behind the # out of the address before anything else is loaded: it is the secret of possession.
(function () {
  'use strict';
  var text = location.hash.slice(1);
  if (!text || text === 'main') return;
  history.replaceState(null, '', location.pathname + location.search);
  window.earayisPresented = text;
  // The page's own scripts take it from there. Where a browser is too old for them, it waits in the field.
  addEventListener('load', function () {
    var field = document.getElementById('what') || document.getElementById('receipt');
    if (!field || !window.earayisPresented) return;
    field.value = field.id === 'what' ? location.origin + '/V#' + text : text;
    delete window.earayisPresented;
  });
})();
