/* The draft of the form, kept on this telephone and nowhere else, until it is sent. Without this script the form works
   as well, and has no draft. Words lie in localStorage, chosen files in IndexedDB. */
(function () {
  "use strict";
  var NAME = "arrears-draft";
  var FIELDS = ["story", "employer", "site", "address", "owed", "since", "until", "workers", "name", "phone", "site_code", "token"];
  var OLD = 14 * 24 * 3600 * 1000;

  function base(mode, then) {
    try {
      var asked = window.indexedDB.open(NAME, 1);
      asked.onupgradeneeded = function () { asked.result.createObjectStore("files"); };
      asked.onerror = function () { then(null); };
      asked.onsuccess = function () {
        var turn = asked.result.transaction("files", mode);
        turn.oncomplete = function () { asked.result.close(); };
        then(turn.objectStore("files"));
      };
    } catch (none) { then(null); }
  }

  function forget(then) {
    try { window.localStorage.removeItem(NAME); } catch (none) { /* nothing is kept then */ }
    base("readwrite", function (store) {
      if (store) { store.clear(); }
      if (then) { then(); }
    });
  }

  var done = document.querySelector("[data-done]");
  if (done) {
    forget(function () { done.hidden = false; });
    return;
  }

  var form = document.getElementById("report");
  if (!form) { return; }
  var files = document.getElementById("files");
  var chosen = document.getElementById("chosen");
  var said = document.getElementById("draft-said");
  var kept = document.getElementById("draft-kept");
  var more = document.getElementById("more");
  var held = [], heard = [];

  function tell(text) {
    said.className = "notice";
    said.textContent = text;
    said.hidden = !text;
    if (text) { said.scrollIntoView({ block: "center" }); }
  }

  function ticked(name) {
    var one = form.querySelector("input[name=" + name + "]:checked");
    return one ? one.value : "";
  }

  function keep() {
    var draft = { at: Date.now(), who: ticked("who"), work: ticked("work"), confidential: ticked("confidential") };
    FIELDS.forEach(function (name) { draft[name] = form.elements[name].value; });
    try {
      window.localStorage.setItem(NAME, JSON.stringify(draft));
      kept.hidden = false;
    } catch (none) { /* a private window: there is no draft, and we promise none */ }
  }

  function put(wanted) {
    try {
      var together = new DataTransfer();
      wanted.forEach(function (one) { together.items.add(one); });
      files.files = together.files;
      return true;
    } catch (none) { return false; } /* an old browser: what was chosen last is what there is */
  }

  /* A sound can be listened to before it is sent, where this browser plays its kind. */
  function player(file) {
    var one = document.createElement("audio");
    if (file.type.indexOf("audio/") || !one.canPlayType || !one.canPlayType(file.type)) { return null; }
    heard.push(URL.createObjectURL(file));
    one.controls = true;
    one.preload = "metadata";
    one.src = heard[heard.length - 1];
    one.setAttribute("aria-label", file.name);
    one.addEventListener("error", function () { one.remove(); });
    return one;
  }

  function list() {
    heard.splice(0).forEach(function (old) { URL.revokeObjectURL(old); });
    held = Array.prototype.slice.call(files.files);
    chosen.textContent = "";
    more.hidden = !held.length;
    held.forEach(function (file, number) {
      var line = document.createElement("li"), away = document.createElement("button"), name = document.createElement("span");
      name.textContent = file.name + " (" + Math.max(1, Math.round(file.size / 1e5)) / 10 + " MB)";
      away.type = "button";
      away.className = "away";
      away.textContent = form.dataset.away;
      away.setAttribute("aria-label", form.dataset.away + " " + file.name);
      away.addEventListener("click", function () {
        if (put(held.filter(function (_, place) { return place !== number; }))) { keepFiles(); files.focus(); }
      });
      line.appendChild(name);
      line.appendChild(away);
      var sound = player(file);
      if (sound) { line.appendChild(sound); }
      chosen.appendChild(line);
    });
  }

  /* Pictures come from the gallery and a voice note from the recorder, one after the other: what is chosen is added. */
  function addFiles() {
    var now = Array.prototype.slice.call(files.files);
    var before = held.filter(function (old) {
      return !now.some(function (one) {
        return one.name === old.name && one.size === old.size && one.lastModified === old.lastModified;
      });
    });
    if (before.length) { put(before.concat(now)); }
    keepFiles();
  }

  function keepFiles() {
    list();
    var now = Array.prototype.slice.call(files.files);
    base("readwrite", function (store) {
      if (!store) { return; }
      store.clear();
      now.forEach(function (file, number) { store.put({ name: file.name, type: file.type, body: file }, number); });
    });
    keep();
  }

  function putBack() {
    var draft = null;
    try { draft = JSON.parse(window.localStorage.getItem(NAME)); } catch (none) { draft = null; }
    if (!draft || typeof draft !== "object") { return; }
    if (Date.now() - draft.at > OLD) { forget(); return; }
    var empty = !form.elements.story.value && !form.elements.phone.value;
    if (!empty) { kept.hidden = false; return; }
    FIELDS.forEach(function (name) {
      var own = form.elements[name];
      if (typeof draft[name] === "string" && draft[name] && (name === "token" || !own.value)) { own.value = draft[name]; }
    });
    ["who", "work", "confidential"].forEach(function (name) {
      Array.prototype.forEach.call(form.querySelectorAll("input[name=" + name + "]"), function (one) {
        one.checked = one.checked || one.value === draft[name];
      });
    });
    kept.hidden = false;
    tell(form.dataset.back);
    base("readonly", function (store) {
      if (!store) { return; }
      var asked = store.getAll();
      asked.onsuccess = function () {
        if (!asked.result.length || files.files.length) { return; }
        try {
          put(asked.result.map(function (one) { return new File([one.body], one.name, { type: one.type }); }));
          list();
        } catch (none) { /* an old browser: the files are chosen again */ }
      };
    });
  }

  /* What the page found wrong, said above the form and at each field, with what was typed left as it is. */
  function show(news) {
    var list = news.querySelector(".wrongs");
    Array.prototype.forEach.call(form.querySelectorAll(".wrong"), function (old) { old.remove(); });
    Array.prototype.forEach.call(form.querySelectorAll("[aria-invalid]"), function (old) { old.removeAttribute("aria-invalid"); });
    Array.prototype.forEach.call(news.querySelectorAll("form .wrong"), function (one) {
      var name = one.id.slice("wrong-".length), own = document.getElementById(name);
      var above = own || document.querySelector("#field-" + name + " .option");
      if (!above) { return; }
      above.parentNode.insertBefore(document.importNode(one, true), above);
      if (own) { own.setAttribute("aria-invalid", "true"); own.setAttribute("aria-describedby", one.id); }
      else { above.parentNode.setAttribute("aria-describedby", one.id); }
    });
    if (!list) { tell(form.dataset.offline); return; }
    Array.prototype.forEach.call(list.querySelectorAll("[data-scriptless]"), function (one) { one.remove(); });
    tell(" ");
    said.textContent = "";
    Array.prototype.forEach.call(list.childNodes, function (one) { said.appendChild(document.importNode(one, true)); });
    said.className = "wrongs";
  }

  function tooMuch() {
    var most = Number(form.dataset.each), all = 0, wrong = "";
    if (files.files.length > Number(form.dataset.most)) { return form.dataset.many; }
    Array.prototype.forEach.call(files.files, function (file, number) {
      all += file.size;
      if (!wrong && file.size > most * 1e6) {
        wrong = form.dataset.large.replace("{number}", number + 1).replace("{most}", most);
      }
    });
    if (!wrong && all > Number(form.dataset.all) * 1e6) { wrong = form.dataset.allLarge.replace("{most}", form.dataset.all); }
    return wrong;
  }

  form.addEventListener("input", keep);
  form.addEventListener("change", function (event) {
    if (event.target === files) { addFiles(); } else { keep(); }
  });
  document.getElementById("draft-delete").addEventListener("click", function () {
    forget(function () { window.location.reload(); });
    form.reset();
  });

  form.addEventListener("submit", function (event) {
    var wrong = tooMuch();
    if (wrong) { event.preventDefault(); tell(wrong); return; }
    if (!window.fetch || !window.DOMParser) { return; }
    event.preventDefault();
    keep();
    var button = form.querySelector("button[type=submit]");
    button.disabled = true;
    tell(form.dataset.sending);
    window.fetch(form.action, { method: "POST", body: new FormData(form), credentials: "same-origin" })
      .then(function (answer) { return answer.text().then(function (text) { return { ok: answer.ok, text: text }; }); })
      .then(function (answer) {
        var found = new DOMParser().parseFromString(answer.text, "text/html");
        var news = found.getElementById("main");
        if (!news) { throw new Error("no page"); }
        if (answer.ok) {
          document.title = found.title;
          document.getElementById("main").replaceWith(news);
          var over = news.querySelector("[data-done]");
          forget(function () { if (over) { over.hidden = false; } });
          window.scrollTo(0, 0);
          return;
        }
        button.disabled = false;
        show(news);
      })
      .catch(function () {
        button.disabled = false;
        tell(form.dataset.offline);
      });
  });

  putBack();
})();
