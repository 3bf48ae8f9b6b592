/* Keys. They read `event.code`, so that a Chinese input method left on does no harm, and are silent inside fields.
   A key that changes data works only while the list, the pair or the result bar has the focus (WCAG 2.1.4). */
(function () {
  "use strict";
  var JUMPS = { KeyQ: "/queue", KeyM: "/mine", KeyD: "/review", KeyE: "/employers", KeyS: "/statistics", KeyI: "/walk-in", KeyW: "/warnings" };
  var jumping = 0;

  // Switched off with the account's preferences; the page says so.
  function off() { return document.documentElement.getAttribute("data-keys") === "off"; }

  function inField(target) {
    if (!target || !target.tagName) { return false; }
    if (/^(TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable) { return true; }
    return target.tagName === "INPUT" && !/^(checkbox|radio|submit|button)$/.test(target.type);
  }
  function press(where, name) {
    var button = where && where.querySelector("[data-key='" + name + "']");
    if (!button) { return false; }
    if (button.tagName === "SELECT") { button.focus(); } else { button.click(); }
    return true;
  }
  function tick(row) {
    var box = row && row.querySelector("[data-tick]");
    if (box) { box.checked = !box.checked; }
    return Boolean(box);
  }
  // What the pane offers for the row is taken there: the first of it gets the focus, Enter picks it.
  function pickInPane(row) {
    var link = row && row.querySelector("[data-in-pane]");
    var offer = link && document.getElementById(link.getAttribute("data-in-pane"));
    var first = offer && document.getElementById("pane").getAttribute("data-of") === row.id && offer.querySelector("button");
    if (first) { first.focus(); }
    return Boolean(first);
  }
  function keysDialog() { return document.getElementById("keys"); }
  function openKeys() {
    var dialog = keysDialog();
    if (dialog && dialog.showModal && !dialog.open) { dialog.showModal(); }
  }
  function beside(list, step) {
    var rows = Array.prototype.slice.call(list.querySelectorAll("[data-row]"));
    var now = rows.indexOf(list.querySelector("[data-row].current"));
    return rows[Math.min(Math.max(now + step, 0), rows.length - 1)];
  }

  function onList(event, list) {
    var row = list.querySelector("[data-row].current");
    if (event.code === "KeyJ" || event.code === "ArrowDown") { window.arrears.choose(beside(list, 1)); return true; }
    if (event.code === "KeyK" || event.code === "ArrowUp") { window.arrears.choose(beside(list, -1)); return true; }
    if (event.code === "Enter" && event.target === list && row) {
      window.location.assign(row.getAttribute("data-open"));
      return true;
    }
    if (event.shiftKey) { return event.code === "KeyP" && press(list, "Shift+KeyP"); }
    if (event.code === "KeyE") { return pickInPane(row) || press(row, event.code); }
    if (event.code === "KeyX") { return tick(row); }
    if (event.code === "KeyM") { return press(list, event.code); }
    if (/^Key[PRABCYNUW]$/.test(event.code)) { return press(row, event.code); }
    return event.code === "KeyZ" && press(document, "KeyZ");
  }

  document.addEventListener("keydown", function (event) {
    var target = event.target;
    if (event.isComposing || event.keyCode === 229) { return; }
    if (event.code === "Escape" && window.arrears.drawerOpen()) { window.arrears.closeDrawer(); return; }
    if (event.ctrlKey && event.code === "Enter" && target.form) {
      var send = target.form.querySelector("button.primary");
      if (send) { event.preventDefault(); send.click(); }
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey || inField(target)) { return; }
    if (event.key === "?" || (event.code === "Slash" && event.shiftKey)) { event.preventDefault(); openKeys(); return; }
    if (off() || (keysDialog() && keysDialog().open)) { return; }
    if (window.arrears.drawerOpen()) { return; }
    if (event.key === "/" || event.code === "NumpadDivide") {
      var find = document.getElementById("find");
      if (find) { event.preventDefault(); find.focus(); }
      return;
    }
    if (Date.now() - jumping < 1200 && JUMPS[event.code]) {
      var link = document.querySelector(".side a[href='" + JUMPS[event.code] + "']");
      jumping = 0;
      if (link) { event.preventDefault(); link.click(); }
      return;
    }
    if (event.code === "KeyG" && !event.shiftKey) { jumping = Date.now(); return; }
    var list = target.closest ? target.closest("[data-list]") : null;
    if (list) { if (onList(event, list)) { event.preventDefault(); } return; }
    var pair = document.querySelector("[data-pair]");
    if (pair && !event.shiftKey && (pair.contains(target) || target === document.body)) {
      if (/^(Key[YNLUZ]|ArrowLeft|ArrowRight)$/.test(event.code) && press(document, event.code)) { event.preventDefault(); }
      return;
    }
    if (target.closest && target.closest(".notice") && event.code === "KeyZ" && press(document, "KeyZ")) { event.preventDefault(); return; }
    var bar = target.closest && target.closest(".notice");
    if (document.querySelector(".list[data-list]") && /^(KeyJ|ArrowDown)$/.test(event.code) && (bar || target === document.body)) {
      document.querySelector("[data-list]").focus();
      event.preventDefault();
      return;
    }
    var members = target.closest ? target.closest("[data-members]") : null;
    if (members && event.code === "KeyS" && !event.shiftKey && press(document, "KeyS")) { event.preventDefault(); return; }
    if (/^Bracket(Left|Right)$/.test(event.code) && press(document.querySelector("[data-beside]"), event.code)) { event.preventDefault(); return; }
    // The periods of the dashboard are links; a digit follows one.
    var digit = /^(?:Digit|Numpad)([1-6])$/.exec(event.code);
    var period = digit && !event.shiftKey && document.querySelector("[data-period='" + digit[1] + "']");
    if (period) { event.preventDefault(); period.click(); return; }
    // On a case the letters only open forms; opening changes nothing.
    var acts = document.querySelector("[data-acts]");
    if (acts && !event.shiftKey && /^Key[VDWOM]$/.test(event.code) && press(acts, event.code)) { event.preventDefault(); }
  });

  window.arrears.off = off;
  window.arrears.inField = inField;

  document.addEventListener("DOMContentLoaded", function () {
    var help = document.querySelector("[data-keys-open]");
    if (help) { help.hidden = false; help.addEventListener("click", openKeys); }
  });
})();
