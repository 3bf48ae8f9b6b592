/* What pages do beyond links and forms. ES2015, no eval, no inline handlers; every act also works without this file. */
(function () {
  "use strict";
  function each(list, what) { Array.prototype.forEach.call(list, what); }

  // htmx 1.9 throws answers other than 2xx away; conflicts and form errors must be seen.
  document.addEventListener("htmx:beforeSwap", function (event) {
    var status = event.detail.xhr.status;
    if (status === 404 || status === 409 || status === 422) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });

  // A form that acts is sent once; the button says so.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.hasAttribute("data-sent")) { event.preventDefault(); return; }
    if (form.hasAttribute("data-once")) { form.setAttribute("data-sent", ""); }
  });
  // What this telephone keeps of a visit goes with the login.
  document.addEventListener("submit", function (event) {
    if (event.target.getAttribute("action") !== "/logout") { return; }
    try {
      Object.keys(window.localStorage).forEach(function (key) {
        if (key.indexOf("arrears-visit:") === 0) { window.localStorage.removeItem(key); }
      });
    } catch (none) { /* nothing is kept then */ }
  });
  window.addEventListener("pageshow", function () {
    each(document.querySelectorAll("[data-sent]"), function (form) { form.removeAttribute("data-sent"); });
  });

  // Another inspector chosen: the choice is kept at once.
  // With the keys the arrows only look: Enter, or leaving the field, keeps it; Escape puts back what was there.
  var byKeys = null;
  function choosing(target) { return target.closest ? target.closest("form[data-choose]") : null; }
  document.addEventListener("keydown", function (event) {
    var form = choosing(event.target);
    if (!form || event.isComposing) { return; }
    if (event.code === "Enter" && byKeys === form && event.target.value) { event.preventDefault(); form.submit(); return; }
    if (event.code === "Escape") {
      byKeys = null;
      form.reset();
      var list = form.closest("[data-list]");
      if (list) { list.focus(); }
      return;
    }
    if (event.code !== "Tab") { byKeys = form; }
  });
  document.addEventListener("mousedown", function () { byKeys = null; });
  document.addEventListener("change", function (event) {
    var form = choosing(event.target);
    if (form && event.target.value && byKeys !== form) { form.submit(); }
    if (event.target.closest && event.target.closest("form[data-narrow]")) { event.target.form.submit(); }
    if (event.target.hasAttribute("data-tick-all")) {
      each(document.querySelectorAll("[data-tick]"), function (box) { box.checked = event.target.checked; });
    }
  });
  document.addEventListener("focusout", function (event) {
    var form = choosing(event.target);
    if (!form || byKeys !== form) { return; }
    byKeys = null;
    var was = event.target.querySelector("option[selected]");
    if (event.target.value && !(was && was.value === event.target.value)) { form.submit(); }
  });

  // The pane follows the current row.
  function show(row) {
    var address = row && row.getAttribute("data-preview");
    if (address && window.htmx && document.getElementById("pane")) {
      document.getElementById("pane").removeAttribute("data-of");
      window.htmx.ajax("GET", address, { target: "#pane" }).then(function () {
        document.getElementById("pane").setAttribute("data-of", row.id);
      });
    }
  }
  var waiting = null;
  window.arrears = {
    choose: function (row) {
      if (!row) { return; }
      each(document.querySelectorAll("[data-row].current"), function (old) { old.classList.remove("current"); });
      row.classList.add("current");
      row.scrollIntoView({ block: "nearest" });
      window.clearTimeout(waiting);
      waiting = window.setTimeout(function () { show(row); }, 120);
    }
  };
  document.addEventListener("click", function (event) {
    if (!event.target.closest) { return; }
    var row = event.target.closest("[data-row]");
    if (row && !event.target.closest("a,button,input,select,label,summary")) {
      window.arrears.choose(row);
      var list = row.closest("[data-list]");
      if (list) { list.focus(); }
    }
  });

  // New cases are announced; the list never moves under the cursor. A desk that is empty is not kept logged in.
  var touched = Date.now();
  ["keydown", "mousedown", "mousemove", "wheel"].forEach(function (kind) {
    document.addEventListener(kind, function () { touched = Date.now(); }, { passive: true });
  });
  window.setInterval(function () {
    var news = document.querySelector("[data-news]");
    if (news && window.htmx && !document.hidden && Date.now() - touched < 300000) {
      window.htmx.ajax("GET", news.getAttribute("data-news"), { target: "#news" });
    }
  }, 60000);

  // On a phone the tables of an inspector's pages stand line by line: each cell says which column it is of.
  function byLine(root) {
    if (!document.querySelector("main[data-road]") || !window.matchMedia("(max-width: 760px)").matches) { return; }
    each(root.querySelectorAll("table.grid:not([data-by-line]), table.warned:not([data-by-line]), table.firms:not([data-by-line])"), function (table) {
      if (!table.tHead || table.tHead.rows.length !== 1) { return; }
      var names = Array.prototype.map.call(table.tHead.rows[0].cells, function (one) { return one.textContent.trim(); });
      each(table.querySelectorAll("tbody > tr, tfoot > tr"), function (line) {
        if (line.cells.length !== names.length) { return; }
        each(line.cells, function (cell, place) { if (place) { cell.setAttribute("data-column", names[place]); } });
      });
      table.setAttribute("data-by-line", "");
    });
  }
  document.addEventListener("htmx:afterSwap", function (event) { byLine(event.detail.target); });

  // A camera takes one picture at a time: when it was taken there is a field for the next.
  document.addEventListener("change", function (event) {
    var taken = event.target;
    if (!taken.hasAttribute("data-again") || !taken.files || !taken.files.length) { return; }
    taken.removeAttribute("data-again");
    var next = taken.cloneNode();
    next.value = "";
    next.id = taken.id + "-";
    next.setAttribute("data-again", "");
    next.setAttribute("aria-label", taken.labels && taken.labels[0] ? taken.labels[0].textContent : taken.getAttribute("aria-label") || "");
    taken.parentNode.appendChild(next);
  });

  // Everything on or nothing: the first thing to read takes the focus, once.
  document.addEventListener("DOMContentLoaded", function () {
    each(document.querySelectorAll("[data-with-script]"), function (one) { one.hidden = false; });
    each(document.querySelectorAll("[data-without-script]"), function (one) { one.hidden = true; });
    byLine(document);
    var first = document.querySelector("[data-focus]");
    var list = document.querySelector("[data-list]");
    if (list) {
      var row = window.location.hash && document.getElementById(window.location.hash.slice(1));
      row = row && row.hasAttribute("data-row") ? row : list.querySelector("[data-at]") || list.querySelector("[data-row]");
      if (row) { row.classList.add("current"); row.scrollIntoView({ block: "nearest" }); }
      var pane = document.getElementById("pane");
      if (row && pane && row.hasAttribute("data-at")) { pane.setAttribute("data-of", row.id); }
      else if (row && window.location.hash) { show(row); }
      if (!first) { list.focus({ preventScroll: true }); }
    }
    if (first) { first.focus(); }
  });
})();
