/* Comfort only: every page and form works without this file.
   One listener per event on the document, so that what htmx swaps in later works too. */
(function () {
  "use strict";
  var root = document.documentElement;
  root.setAttribute("data-js", "");

  function within(event, selector) {
    return event.target.closest ? event.target.closest(selector) : null;
  }

  /* <button data-step="1"> and "-1" beside a number field inside [data-stepper] */
  function step(button) {
    var input = button.closest("[data-stepper]").querySelector("input");
    var size = Number(input.step) || 1;
    var value = (Number(input.value) || 0) + Number(button.dataset.step) * size;
    if (input.min !== "") value = Math.max(value, Number(input.min));
    if (input.max !== "") value = Math.min(value, Number(input.max));
    if (String(value) === input.value) return;
    input.value = String(Math.round(value * 1000) / 1000);
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function say(button, words) {
    var label = button.querySelector("[data-label]") || button;
    var before = label.textContent;
    label.textContent = words;
    setTimeout(function () { label.textContent = before; }, 2000);
  }

  /* <button data-copy="https://…" data-copied="Copied"> */
  function copy(button) {
    if (!navigator.clipboard) return;
    navigator.clipboard.writeText(button.dataset.copy).then(function () {
      say(button, button.dataset.copied || "✓");
    });
  }

  /* <button data-print> opens the browser's print window */
  document.addEventListener("click", function (event) {
    var found;
    if ((found = within(event, "[data-step]"))) step(found);
    else if ((found = within(event, "[data-dismiss]"))) found.closest(".toast").remove();
    else if ((found = within(event, "[data-copy]"))) copy(found);
    else if (within(event, "[data-print]")) window.print();
  });

  /* A form is sent once: its button answers at once and a second tap does nothing.
     The lock opens again when the page comes back from history. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("data-many")) return;
    if (form.hasAttribute("data-sent")) { event.preventDefault(); return; }
    form.setAttribute("data-sent", "");
    var button = event.submitter || form.querySelector("[type=submit]");
    if (button) button.setAttribute("aria-busy", "true");
  });

  /* What a household's own phone keeps of its pages goes before its session does. */
  document.addEventListener("submit", function (event) {
    var form = event.target, gone = false;
    if (!window.caches || form.getAttribute("action") !== "/sign-out") return;
    event.preventDefault();
    function go() { if (!gone) { gone = true; form.submit(); } }
    caches["delete"]("orchard-shell").then(go, go);
    setTimeout(go, 1000);
  });

  function open() {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      form.removeAttribute("data-sent");
      form.querySelectorAll("[aria-busy]").forEach(function (b) { b.removeAttribute("aria-busy"); });
    });
  }
  window.addEventListener("pageshow", open);
  document.addEventListener("htmx:afterRequest", open);

  /* Good news leaves by itself; refusals stay until they are closed. */
  function settle() {
    document.querySelectorAll(".toast--ok:not([data-leaving])").forEach(function (toast) {
      toast.setAttribute("data-leaving", "");
      setTimeout(function () { toast.remove(); }, 6000);
    });
  }
  document.addEventListener("htmx:afterSettle", settle);
  document.addEventListener("htmx:oobAfterSwap", settle);
  document.addEventListener("DOMContentLoaded", settle);

  /* Pictures further down a shelf wait until they are nearly seen: browsers would fetch them
     some screens ahead. product-card.css hides them only where scripts run. */
  var near = "IntersectionObserver" in window && new IntersectionObserver(function (seen) {
    seen.forEach(function (entry) { if (entry.isIntersecting) come(entry.target); });
  }, { rootMargin: "100px" });
  function come(card) {
    card.setAttribute("data-near", "");
    if (near) near.unobserve(card);
  }
  function watch() {
    document.querySelectorAll(".product-card:not([data-near]), .why__part:not([data-near])").forEach(function (card) {
      if (near) near.observe(card); else come(card);
    });
  }
  document.addEventListener("htmx:afterSettle", watch);
  watch();

  /* <select data-submit> in a GET form: the filter applies when it is chosen. */
  document.addEventListener("change", function (event) {
    var field = within(event, "[data-submit]");
    if (field && field.form) field.form.requestSubmit();
  });
})();
