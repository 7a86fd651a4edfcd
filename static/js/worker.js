/* Keeps the last pages of the household whose own phone this is, so that they open without a line.
   Only pages that say whose they are (data-keeps) are kept; another person's first page, signing
   out, or a first page that asks to sign in, and all of them are gone. */
(function () {
  "use strict";
  var SHELL = "orchard-shell", FILES = "orchard-files", WHOSE = "/producers/?whose";
  var MOST = 30, DAYS = 14 * 86400000;

  function forget() { return caches["delete"](SHELL); }

  function trim(cache) {
    return cache.keys().then(function (keys) {
      return Promise.all(keys.slice(0, Math.max(0, keys.length - MOST)).map(function (key) { return cache["delete"](key); }));
    });
  }

  /* another person's pages make way */
  function shellOf(owner) {
    return caches.match(WHOSE).then(function (known) { return known ? known.text() : owner; })
      .then(function (before) { return before === owner ? null : forget(); })
      .then(function () { return caches.open(SHELL); })
      .then(function (cache) { return cache.put(WHOSE, new Response(owner)).then(function () { return cache; }); });
  }

  function keep(path, answer) {
    if (!answer.ok || answer.redirected) return Promise.resolve();
    var copy = answer.clone();
    return answer.text().then(function (text) {
      var whose = /data-keeps="([^"]+)"/.exec(text);
      if (!whose) return null;
      return shellOf(whose[1]).then(function (cache) { return cache.put(path, copy).then(function () { return trim(cache); }); });
    });
  }

  function marked(answer) {
    var age = Date.now() - new Date(answer.headers.get("Date")).getTime();
    if (age > DAYS) return forget().then(function () { return null; });
    return answer.text().then(function (text) {
      var headers = new Headers(answer.headers);
      headers["delete"]("Content-Length");
      return new Response(text.replace("data-keeps=", "data-offline data-keeps="), { headers: headers });
    });
  }

  function nothing() {
    var text = "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'><title>没有网络</title>" +
      "<h1>没有网络 · No line</h1><p><a href='/producers/'>返回 · Back</a></p>";
    return new Response(text, { headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": "default-src 'none'" } });
  }

  function kept(path) {
    return caches.open(SHELL).then(function (cache) { return cache.match(path, { ignoreVary: true }); })
      .then(function (answer) { return answer ? marked(answer) : null; })
      .then(function (answer) { return answer || nothing(); }, nothing);
  }

  function page(event, path) {
    return fetch(event.request).then(function (answer) {
      var gone = answer.type === "opaqueredirect" && path === "/producers/";
      event.waitUntil(gone ? forget() : keep(path, answer.clone()));
      return answer;
    }, function () { return kept(path); });
  }

  function file(request) {
    return caches.open(FILES).then(function (cache) {
      return cache.match(request).then(function (known) {
        return known || fetch(request).then(function (answer) {
          if (answer.ok) cache.put(request, answer.clone()).then(function () { return trim(cache); });
          return answer;
        });
      });
    });
  }

  self.addEventListener("install", function () { self.skipWaiting(); });
  self.addEventListener("activate", function (event) { event.waitUntil(self.clients.claim()); });
  self.addEventListener("message", function (event) {
    var pages = event.data.pages.map(function (path) {
      return fetch(path, { credentials: "same-origin" }).then(function (answer) { return keep(path, answer); });
    });
    event.waitUntil(Promise.all(pages.concat(event.data.files.map(function (each) { return file(new Request(each)); }))));
  });
  self.addEventListener("fetch", function (event) {
    var url = new URL(event.request.url);
    if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
    if (url.pathname.indexOf("/static/") === 0) event.respondWith(file(event.request));
    else if (event.request.mode === "navigate" && url.pathname.indexOf("/producers/for/") !== 0) event.respondWith(page(event, url.pathname));
  });
})();
