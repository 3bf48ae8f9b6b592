/* The forms of a case beside it. A link marked `data-drawer` opens its page's `#act` here; without this script the same
   link is a page of its own. A form that is refused comes back into the drawer, with what was typed. */
(function () {
  "use strict";
  var drawer = null;
  var shade = null;
  var opener = null;
  var address = "";
  var carried = null;
  var left = {};

  function each(list, what) { Array.prototype.forEach.call(list, what); }
  function fields() { return drawer.querySelectorAll("input:not([type=hidden]),select,textarea"); }
  function changed(field) {
    if (field.type === "checkbox" || field.type === "radio") { return field.checked !== field.defaultChecked; }
    if (field.tagName === "SELECT") {
      return Array.prototype.some.call(field.options, function (one) { return one.selected !== one.defaultSelected; }) && field.selectedIndex > 0;
    }
    return field.value !== field.defaultValue;
  }

  function open(link) {
    if (!drawer) {
      opener = link;
      shade = document.createElement("div");
      shade.className = "shade";
      drawer = document.createElement("div");
      drawer.className = "drawer";
      drawer.id = "drawer";
      drawer.setAttribute("role", "dialog");
      drawer.setAttribute("aria-modal", "true");
      drawer.setAttribute("aria-label", link.textContent.trim());
      drawer.tabIndex = -1;
      document.body.appendChild(shade);
      document.body.appendChild(drawer);
      drawer.focus();
    }
    carried = typed();
    address = link.getAttribute("href");
    if (left[address]) {
      each(left[address], function (node) { drawer.appendChild(node); });
      delete left[address];
      settle();
      return;
    }
    window.htmx.ajax("GET", address, { target: "#drawer", select: "#act" });
  }

  // What was written into one form stands in the next one of the same case; a tick is given for one form only.
  function typed() {
    var found = {};
    if (drawer) {
      each(fields(), function (field) {
        if (field.type !== "checkbox" && field.type !== "radio" && field.type !== "file" && changed(field)) { found[field.name] = field.value; }
      });
    }
    return found;
  }

  function settle() {
    var part = drawer.querySelector("#act");
    if (!part) { window.location.assign(address); return; }
    var head = part.querySelector("h2");
    if (head) { drawer.setAttribute("aria-label", head.textContent.trim()); }
    each(part.querySelectorAll("[data-with-script]"), function (one) { one.hidden = false; });
    if (carried) {
      each(fields(), function (field) {
        if (carried[field.name] !== undefined && field.tagName !== "SELECT" && !field.value) { field.value = carried[field.name]; }
      });
      carried = null;
    }
    document.dispatchEvent(new CustomEvent("arrears:shown"));
    var first = drawer.querySelector("#errors,[data-focus]") ||
      drawer.querySelector("input:not([type=hidden]):not([readonly]),select,textarea") ||
      drawer.querySelector("a.btn:not([data-close]),button");
    if (first) { first.focus(); }
  }

  function close() {
    if (!drawer) { return; }
    if (Array.prototype.some.call(fields(), changed)) { left[address] = Array.prototype.slice.call(drawer.childNodes); }
    drawer.remove();
    shade.remove();
    drawer = null;
    if (opener && opener.isConnected) { opener.focus(); }
    opener = null;
  }

  // The answer to a form in the drawer: another page to go to, or the form again with what is wrong.
  function answered(answer, text) {
    if (answer.redirected) {
      document.dispatchEvent(new CustomEvent("arrears:taken"));
      window.location.assign(answer.url);
      return;
    }
    var told = new DOMParser().parseFromString(text, "text/html");
    var part = told.querySelector("#act") || told.querySelector("main .card");
    if (!part || !drawer) { window.location.reload(); return; }
    if (part.id !== "act") { part.id = "act"; }
    while (drawer.firstChild) { drawer.removeChild(drawer.firstChild); }
    drawer.appendChild(document.adoptNode(part));
    window.htmx.process(drawer);
    drawer.scrollTop = 0;
    settle();
  }

  // Not taken: the form stands as it was typed, with what went wrong.
  function again(form, told) {
    form.removeAttribute("data-sent");
    form.removeAttribute("aria-busy");
    if (told) { told.hidden = false; told.focus(); }
  }

  function send(form, button) {
    var body = new FormData(form);
    if (button && button.name) { body.append(button.name, button.value); }
    var plain = form.enctype === "multipart/form-data" ? body : new URLSearchParams(body);
    form.setAttribute("data-sent", "");
    form.setAttribute("aria-busy", "true");
    window.fetch(form.action, { method: "POST", body: plain, credentials: "same-origin" }).then(function (answer) {
      if (answer.status === 413) { again(form, form.querySelector("[data-large]")); return null; }
      return answer.text().then(function (text) { answered(answer, text); });
    }).catch(function () {
      // The line is down.
      again(form, form.querySelector("[data-down]"));
    });
  }

  document.addEventListener("submit", function (event) {
    if (!drawer || !drawer.contains(event.target) || event.defaultPrevented || event.target.hasAttribute("data-file")) { return; }
    event.preventDefault();
    send(event.target, event.submitter);
  });

  document.addEventListener("click", function (event) {
    if (!event.target.closest) { return; }
    var all = event.target.closest("[data-tick-line]");
    if (all) {
      // Each answer is ticked by itself and can be taken back by itself; this gives all of one line at once.
      each(all.form.querySelectorAll("[data-of-line='" + all.getAttribute("data-tick-line") + "']"), function (box) { box.checked = true; });
      return;
    }
    if (drawer && event.target.closest("[data-close]")) { event.preventDefault(); close(); return; }
    var link = event.target.closest("a[data-drawer]");
    if (link && window.htmx && !event.ctrlKey && !event.shiftKey && !event.metaKey) {
      event.preventDefault();
      open(link);
      return;
    }
    var mistake = event.target.closest(".errors a[href^='#']");
    if (mistake) { toField(event, mistake.getAttribute("href").slice(1)); }
  });
  function toField(event, id) {
    var place = (drawer || document).querySelector("[id='" + id + "']");
    if (!place) { return; }
    var field = place.matches("input,select,textarea") ? place : place.querySelector("input:not([type=hidden]),select,textarea,a,button");
    event.preventDefault();
    (field || place).focus();
    place.scrollIntoView({ block: "center" });
  }
  document.addEventListener("htmx:afterSwap", function (event) {
    if (drawer && event.detail.target === drawer) { settle(); }
  });

  function around(event) {
    var stops = Array.prototype.filter.call(
      drawer.querySelectorAll("a[href],button,input:not([type=hidden]),select,textarea,summary,[tabindex='0']"),
      function (one) { return !one.disabled && one.offsetParent !== null; }
    );
    if (!stops.length) { event.preventDefault(); return; }
    var now = document.activeElement;
    var first = stops[0];
    var last = stops[stops.length - 1];
    if (!drawer.contains(now) || (event.shiftKey && (now === first || now === drawer))) {
      event.preventDefault();
      (event.shiftKey ? last : first).focus();
    } else if (!event.shiftKey && now === last) {
      event.preventDefault();
      first.focus();
    }
  }

  document.addEventListener("keydown", function (event) {
    if (event.isComposing || event.keyCode === 229) { return; }
    if (drawer && event.code === "Tab") { around(event); return; }
    var where = drawer || document.querySelector("[data-digits]");
    if (!where) { return; }
    if (event.ctrlKey && event.code === "Enter" && !event.target.form) {
      var button = where.querySelector("form button.primary");
      if (button) { event.preventDefault(); button.click(); }
      return;
    }
    var digit = /^(Digit|Numpad)([1-9])$/.exec(event.code);
    if (!digit || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || window.arrears.off()) { return; }
    if (window.arrears.inField(event.target)) { return; }
    var choice = where.querySelector("[data-key='Digit" + digit[2] + "']");
    if (choice) { event.preventDefault(); choice.click(); }
  });

  // A text for another platform is taken along by one press.
  document.addEventListener("click", function (event) {
    var button = event.target.closest ? event.target.closest("[data-copy]") : null;
    var text = button && document.getElementById(button.getAttribute("data-copy"));
    if (!text) { return; }
    text.select();
    if (document.execCommand("copy")) { button.textContent = button.getAttribute("data-copied"); }
    button.focus();
  });

  document.addEventListener("DOMContentLoaded", function () {
    each(document.querySelectorAll("[data-copy]"), function (button) { button.hidden = false; });
  });

  window.arrears.drawerOpen = function () { return drawer !== null; };
  window.arrears.closeDrawer = close;
})();
