/* The packing table. A scanner is a keyboard that types faster than hands: a label whose keys came
   within a blink of each other is written down as scanned, anything else as typed. It is a figure
   for the office and proves nothing, so nothing hangs on it: both were read by somebody. */
(function () {
  "use strict";
  var FAST = 35; // milliseconds from key to key
  var keys = new WeakMap();

  function label(event) {
    return event.target.closest ? event.target.closest("[data-label-field]") : null;
  }

  document.addEventListener("keydown", function (event) {
    var field = label(event);
    if (!field || event.key.length !== 1) return;
    if (!field.value || field.selectionEnd - field.selectionStart === field.value.length) keys.set(field, []);
    var seen = keys.get(field) || [];
    seen.push(event.timeStamp);
    keys.set(field, seen);
  });

  /* what was pasted, or put there by a form filler, was not typed by a scanner */
  document.addEventListener("paste", function (event) {
    if (label(event)) keys.set(label(event), []);
  });

  function scanned(field) {
    var seen = keys.get(field) || [];
    if (seen.length < 8 || seen.length !== field.value.length) return false;
    return seen.every(function (at, place) { return !place || at - seen[place - 1] <= FAST; });
  }

  /* before htmx or the browser reads the form */
  document.addEventListener("submit", function (event) {
    var field = event.target.querySelector("[data-label-field]");
    var how = event.target.querySelector("[name=how]");
    if (field && how) how.value = scanned(field) ? "scanned" : "typed";
  }, true);

  /* a label that was refused is overwritten by the next one */
  function ready() {
    var field = document.querySelector("[data-label-field][autofocus]");
    if (field) { field.focus(); field.select(); }
  }
  document.addEventListener("htmx:afterSettle", ready);
  document.addEventListener("DOMContentLoaded", ready);
})();
