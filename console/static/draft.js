/* The words of a visit, kept on this telephone until the visit is recorded: where the office has switched that on. Words
   only, no photograph; of nobody else's login; gone when the visit is taken, when somebody logs out, and in three days. */
(function () {
  "use strict";
  var NAME = "arrears-visit:";
  var OLD = 3 * 24 * 3600 * 1000;
  var wanted = null;

  function each(list, what) { Array.prototype.forEach.call(list, what); }
  function store() {
    try { return window.localStorage; } catch (none) { return null; }
  }
  function form() { return document.querySelector("form[data-draft]"); }
  function fields(of) { return of.querySelectorAll("input:not([type=hidden]):not([type=file]),select,textarea"); }
  function keyOf(of) { return NAME + of.getAttribute("data-draft"); }

  function forget(key) {
    var kept = store();
    if (kept) { kept.removeItem(key); }
  }

  // What is old, or of somebody else who used this telephone, does not wait here.
  function tidy(own) {
    var kept = store();
    each(kept ? Object.keys(kept) : [], function (key) {
      if (key.indexOf(NAME) !== 0) { return; }
      var at = 0;
      try { at = JSON.parse(kept.getItem(key)).at; } catch (none) { at = 0; }
      if (Date.now() - at > OLD || key.indexOf(NAME + own + ":") !== 0) { kept.removeItem(key); }
    });
  }

  function keep(of) {
    var said = {};
    each(fields(of), function (field) {
      if (field.type === "checkbox" || field.type === "radio") {
        said[field.name] = (said[field.name] || []).concat(field.checked ? [field.value] : []);
      } else { said[field.name] = [field.value]; }
    });
    try { store().setItem(keyOf(of), JSON.stringify({ at: Date.now(), said: said })); } catch (none) { /* no draft then */ }
  }

  function putBack(of) {
    var kept = store();
    var draft = null;
    try { draft = JSON.parse(kept.getItem(keyOf(of))); } catch (none) { draft = null; }
    // A form that comes back with a mistake, or with a draft of the office, holds what was typed already.
    if (!draft || !draft.said || document.querySelector("#errors,#draft")) { return; }
    each(fields(of), function (field) {
      var values = draft.said[field.name];
      if (!Array.isArray(values)) { return; }
      if (field.type === "checkbox" || field.type === "radio") { field.checked = values.indexOf(field.value) >= 0; }
      else if (typeof values[0] === "string") { field.value = values[0]; }
    });
    var note = of.querySelector("[data-draft-back]");
    if (note) { note.hidden = false; }
  }

  function found() {
    var of = form();
    if (!of || of === wanted) { return; }
    wanted = of;
    tidy(of.getAttribute("data-draft").split(":")[0]);
    putBack(of);
  }

  ["input", "change"].forEach(function (kind) {
    document.addEventListener(kind, function (event) {
      var of = event.target.form;
      if (of && of.hasAttribute("data-draft")) { keep(of); }
    });
  });
  document.addEventListener("click", function (event) {
    if (!event.target.closest || !event.target.closest("[data-draft-drop]")) { return; }
    forget(keyOf(form()));
    form().reset();
    form().querySelector("[data-draft-back]").hidden = true;
  });
  document.addEventListener("arrears:taken", function () {
    if (form()) { forget(keyOf(form())); }
  });
  document.addEventListener("htmx:afterSettle", found);
  document.addEventListener("arrears:shown", found);

  // The form as a page of its own is sent as the drawer sends it, so that a line that is down costs nothing.
  document.addEventListener("submit", function (event) {
    var of = event.target;
    if (event.defaultPrevented || !of.hasAttribute("data-draft") || window.arrears.drawerOpen()) { return; }
    event.preventDefault();
    of.setAttribute("data-sent", "");
    var told = of.querySelector("[data-down]");
    window.fetch(of.action, { method: "POST", body: new FormData(of), credentials: "same-origin" }).then(function (answer) {
      if (answer.redirected) { forget(keyOf(of)); window.location.assign(answer.url); return null; }
      return answer.text().then(function (text) {
        var part = new DOMParser().parseFromString(text, "text/html").querySelector("#act");
        if (!part) { throw new Error("no form"); }
        document.getElementById("act").replaceWith(document.adoptNode(part));
        var wrong = document.querySelector("#errors,[data-focus]");
        if (wrong) { wrong.focus(); }
      });
    }).catch(function () {
      of.removeAttribute("data-sent");
      told.hidden = false;
      told.focus();
    });
  });
  document.addEventListener("DOMContentLoaded", found);
})();
