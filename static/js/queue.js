/* What is typed in an orchard is kept on the phone until the server says that it has it.
   Comfort only: without this file, or without storage, every form goes the plain way.
   Written for old in-app browsers: no promises, no arrows, no fetch. */
(function () {
  "use strict";
  var place = document.getElementById("waiting");
  if (!place) return;
  var owner = place.getAttribute("data-owner"), name = "waiting-" + owner;
  var sending = false, AGAIN = 20000;

  function words(of) { return place.getAttribute("data-" + of) || ""; }

  /* -- the store: only what this person typed is ever read */
  function read() {
    try { return JSON.parse(localStorage.getItem(name)) || []; } catch (fault) { return []; }
  }
  function write(entries) {
    try {
      if (entries.length) localStorage.setItem(name, JSON.stringify(entries));
      else localStorage.removeItem(name);
      return true;
    } catch (fault) { return false; }  /* full, or not allowed */
  }
  function without(id) { return read().filter(function (one) { return one.id !== id; }); }
  function find(id) { return read().filter(function (one) { return one.id === id; })[0]; }
  function put(entry) {
    var found = false;
    var entries = read().map(function (one) {
      if (one.id !== entry.id) return one;
      found = true;
      return entry;
    });
    return write(found ? entries : entries.concat([entry]));
  }

  function fresh() {
    var signs = "", bytes = [], i;
    if (window.crypto && crypto.getRandomValues) bytes = crypto.getRandomValues(new Uint8Array(12));
    else for (i = 0; i < 12; i += 1) bytes.push(Math.floor(Math.random() * 256));
    for (i = 0; i < 12; i += 1) signs += ("0" + bytes[i].toString(16)).slice(-2);
    return signs;
  }

  /* -- what a form holds, and what it says in the list */
  function fields(form) {
    return Array.prototype.filter.call(form.elements, function (each) {
      var unset = (each.type === "radio" || each.type === "checkbox") && !each.checked;
      return each.name && each.type !== "submit" && each.type !== "button" && !unset;
    }).map(function (each) { return [each.name, each.value]; });
  }
  function says(form) {
    var chosen = form.querySelector("input[type=radio]:checked"), grams = form.querySelector("[name=grams]");
    var said = [form.getAttribute("data-queue")];
    if (chosen && chosen.parentNode) said.push(chosen.parentNode.querySelector("span").textContent);
    if (grams) said.push(grams.value + " " + words("unit"));
    return said.join(" \u00b7 ");
  }
  function entryOf(form) {
    return { id: form.querySelector("[name=key]").value, url: form.action, fields: fields(form), says: says(form), at: Date.now(), state: "waiting" };
  }
  function body(entry) {
    return entry.fields.map(function (pair) { return encodeURIComponent(pair[0]) + "=" + encodeURIComponent(pair[1]); }).join("&");
  }

  /* -- sending: told "kept" only by a server that names the key */
  function send(entry, told) {
    var ask = new XMLHttpRequest();
    ask.open("POST", entry.url, true);
    ask.timeout = AGAIN;
    ask.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
    ask.setRequestHeader("X-Waiting", entry.id);
    ask.setRequestHeader("X-Waiting-Of", owner);
    ask.onload = function () { heard(ask, entry, told); };
    ask.onerror = ask.ontimeout = ask.onabort = function () { told("no-line"); };
    ask.send(body(entry));
  }
  function heard(ask, entry, told) {
    if (ask.getResponseHeader("X-Kept") === entry.id) told("kept", ask.getResponseHeader("X-Next"));
    else if (ask.status === 400 && renewed(entry, ask.responseText)) send(entry, told);
    else if (ask.status === 401 || (ask.status >= 200 && ask.status < 300)) told("sign-in");
    else if (ask.status >= 500 || ask.status === 429 || ask.status === 0) told("no-line");
    else told("refused", sentences(ask.responseText));
  }
  /* a form that lay here for days has an old token: the answer holds a new one, used once */
  function renewed(entry, text) {
    var token = /name="csrf_token" value="([^"]+)"/.exec(text);
    if (!token || entry.renewed) return false;
    entry.renewed = true;
    entry.fields = entry.fields.map(function (pair) { return pair[0] === "csrf_token" ? [pair[0], token[1]] : pair; });
    return true;
  }
  function sentences(text) {
    var page = document.implementation.createHTMLDocument("");
    page.documentElement.innerHTML = text;
    var found = page.querySelectorAll(".form-errors__list li");
    if (!found.length) found = page.querySelectorAll("main h1, main h1 ~ p");
    return Array.prototype.map.call(found, function (each) { return each.textContent.replace(/\s+/g, " ").trim(); });
  }

  /* -- the list */
  function make(tag, text, marks) {
    var made = document.createElement(tag);
    if (text) made.textContent = text;
    Object.keys(marks || {}).forEach(function (each) { made.setAttribute(each, marks[each]); });
    return made;
  }
  function row(entry) {
    var line = make("li", "", { "class": "waiting__row", "data-state": entry.state });
    line.appendChild(make("b", entry.says, { "class": "waiting__says" }));
    line.appendChild(make("span", entry.sentence || words(entry.state), { "class": "waiting__state" }));
    if (entry.state === "sign-in") line.appendChild(make("a", words("to-sign-in"), { "class": "btn", href: "/sign-in?next=" + encodeURIComponent(location.pathname) }));
    if (entry.state === "refused") {
      line.appendChild(make("a", words("mend"), { "class": "btn", href: entry.url.split("#")[0] + "#mend-" + entry.id }));
      line.appendChild(make("button", words("drop"), { "class": "btn", type: "button", "data-drop": entry.id }));
    }
    return line;
  }
  function show() {
    var list = place.querySelector("ol"), entries = read();
    list.innerHTML = "";
    entries.forEach(function (entry) { list.appendChild(row(entry)); });
    place.hidden = !entries.length;
  }

  /* one after the other, the oldest first */
  function sendAll() {
    var entry = read().filter(function (one) { return one.state !== "refused"; })[0];
    if (sending || !entry) return;
    sending = true;
    send(entry, function (answer, more) {
      sending = false;
      entry.renewed = false;
      if (answer === "kept") write(without(entry.id));
      else {
        entry.state = answer === "no-line" ? "waiting" : answer;
        entry.sentence = answer === "refused" ? more.join(" ") : "";
        put(entry);
      }
      show();
      if (answer === "kept" || answer === "refused") sendAll();
    });
  }

  /* -- a form is sent: kept first, then on its way */
  function tell(form, said) {
    var before = form.querySelector(".form-errors"), box = make("div", "", { "class": "form-errors", role: "alert", tabindex: "-1" });
    var list = make("ul", "", { "class": "form-errors__list" });
    said.forEach(function (each) { list.appendChild(make("li", each)); });
    box.appendChild(list);
    if (before) before.parentNode.removeChild(before);
    form.insertBefore(box, form.firstChild);
    box.focus();
  }
  function busy(form, is) {
    var button = form.querySelector("[type=submit]");
    if (is) { form.setAttribute("data-sent", ""); button.setAttribute("aria-busy", "true"); }
    else { form.removeAttribute("data-sent"); button.removeAttribute("aria-busy"); }
  }
  function leave(form) {
    var key = form.querySelector("[name=key]"), before = form.querySelector(".form-errors");
    if (before) before.parentNode.removeChild(before);
    form.reset();
    key.value = fresh();
    show();
    place.scrollIntoView();
  }
  function taken(form, entry, answer, more) {
    busy(form, false);
    sending = false;
    if (answer === "kept") { write(without(entry.id)); location.href = more; return; }
    if (answer === "refused") { write(without(entry.id)); tell(form, more); show(); return; }
    entry.state = answer === "sign-in" ? answer : "waiting";
    entry.renewed = false;
    put(entry);
    leave(form);
  }
  function take(form) {
    var entry = entryOf(form), mended = form.getAttribute("data-mends");
    if (!put(entry)) { tell(form, [words("full")]); return navigator.onLine === false; }
    if (mended) { write(without(mended)); form.removeAttribute("data-mends"); show(); }
    busy(form, true);
    sending = true;
    send(entry, function (answer, more) { taken(form, entry, answer, more); });
    return true;
  }
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.hasAttribute("data-queue")) return;
    if (form.hasAttribute("data-sent")) { event.preventDefault(); return; }
    if (form.checkValidity && !form.checkValidity()) {  /* with a line the server says it better */
      if (navigator.onLine === false) { event.preventDefault(); if (form.reportValidity) form.reportValidity(); }
      return;
    }
    if (take(form)) event.preventDefault();
  }, true);

  place.addEventListener("click", function (event) {
    var id = event.target.getAttribute("data-drop");
    if (id) { write(without(id)); show(); }
  });

  function mend() {
    var entry = find(location.hash.slice("#mend-".length)), form = document.querySelector("form[data-queue]");
    if (location.hash.indexOf("#mend-") !== 0 || !entry || !form) return;
    entry.fields.forEach(function (pair) {
      if (pair[0] === "key" || pair[0] === "csrf_token") return;
      Array.prototype.forEach.call(form.querySelectorAll('[name="' + pair[0] + '"]'), function (each) {
        if (each.type === "radio") each.checked = each.value === pair[1];
        else each.value = pair[1];
      });
    });
    form.setAttribute("data-mends", entry.id);
    tell(form, [entry.sentence]);
  }

  /* -- the pages of a phone that is the household's own open without a line */
  function keep() {
    var workers = navigator.serviceWorker, whose = document.body.getAttribute("data-keeps");
    if (!whose) { if (window.caches) caches["delete"]("orchard-shell"); return; }
    if (!workers) return;
    workers.register(words("worker"), { scope: "/producers/" }).then(function () { return workers.ready; }).then(function (standing) {
      var files = document.querySelectorAll("link[rel=stylesheet], script[src]");
      var pages = ["/producers/", "/producers/lots/declare", location.pathname];
      standing.active.postMessage({ pages: pages.slice(0, pages.indexOf(location.pathname) < 2 ? 2 : 3),
        files: Array.prototype.map.call(files, function (each) { return each.href || each.src; }) });
    }, function () {});
  }

  if (document.body.hasAttribute("data-offline")) {  /* an old page: each form is another intention */
    Array.prototype.forEach.call(document.querySelectorAll("form[data-queue] [name=key]"), function (key) { key.value = fresh(); });
  } else {
    window.addEventListener("load", function () { setTimeout(keep, 500); });
  }
  show();
  mend();
  sendAll();
  window.addEventListener("online", sendAll);
  window.addEventListener("hashchange", mend);
  setInterval(sendAll, AGAIN);
})();
