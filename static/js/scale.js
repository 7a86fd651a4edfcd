/* The scale: the net weight of each row while it is typed. The server works it out again. */
(function () {
  "use strict";

  /* Kilograms as whole grams, so that nothing is rounded on the way. */
  function grams(input) {
    var match = /^\s*(\d{0,9})(?:\.(\d{0,3}))?\s*$/.exec(input.value);
    return match ? Number(match[1] || 0) * 1000 + Number(((match[2] || "") + "000").slice(0, 3)) : NaN;
  }

  function written(amount, unit) {
    return String(Math.round((amount / unit) * 1000) / 1000).replace("-", "\u2212");
  }

  function show(row) {
    var gross = row.querySelector("[data-gross]");
    var net = row.querySelector("[data-net]");
    var left = grams(gross);
    row.querySelectorAll("[data-off]").forEach(function (off) { left -= grams(off); });
    if (!gross.value.trim() || isNaN(left)) { net.textContent = "\u2013"; return; }
    net.textContent = written(left, 500) + " " + net.dataset.net + " (" + written(left, 1000) + " kg)";
  }

  document.addEventListener("input", function (event) {
    var row = event.target.closest("[data-weigh]");
    if (row) show(row);
  });
})();
