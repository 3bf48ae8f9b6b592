/* A voice note, recorded in the page and put among the chosen files as if it had been chosen there: iPhones offer no
   recorder where files are chosen. Where a browser cannot do it, a line says so and the file chooser is what there is. */
(function () {
  "use strict";
  var KINDS = [["audio/webm;codecs=opus", ".webm"], ["audio/mp4", ".m4a"], ["audio/ogg;codecs=opus", ".ogg"]];
  var BITS = 32000;
  var voice = document.getElementById("voice");
  if (!voice) { return; }
  var form = document.getElementById("report");
  var files = document.getElementById("files");
  var button = document.getElementById("voice-button");
  var running = document.getElementById("voice-running");
  var said = document.getElementById("voice-said");
  var says = voice.dataset, most = Number(says.most);
  var recorder = null, sendAfter = false;

  function clock(seconds) { return Math.floor(seconds / 60) + ":" + ("0" + seconds % 60).slice(-2); }

  function able() {
    try {
      if (!window.isSecureContext || !navigator.mediaDevices.getUserMedia) { return null; }
      if (!new DataTransfer().items) { return null; }
      return KINDS.filter(function (one) { return window.MediaRecorder.isTypeSupported(one[0]); })[0] || null;
    } catch (none) { return null; }
  }

  function rest() {
    recorder = null;
    button.disabled = false;
    button.className = "second";
    button.textContent = says.record;
    running.hidden = true;
  }

  function add(parts, kind) {
    var now = new Date(), put = new DataTransfer();
    var name = says.name + " " + now.getHours() + "." + ("0" + now.getMinutes()).slice(-2) + "." + ("0" + now.getSeconds()).slice(-2);
    put.items.add(new File(parts, name + kind[1], { type: kind[0].split(";")[0] }));
    files.files = put.files;
    files.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function record(stream, kind) {
    var parts = [], since = Date.now(), over = false, ticks = 0;
    recorder = new MediaRecorder(stream, { mimeType: kind[0], audioBitsPerSecond: BITS });
    function tick() {
      var seconds = Math.floor((Date.now() - since) / 1000);
      running.textContent = says.running.replace("{now}", clock(seconds)).replace("{most}", clock(most));
      if (seconds >= most && recorder && recorder.state === "recording") { over = true; recorder.stop(); }
    }
    recorder.addEventListener("dataavailable", function (news) { if (news.data.size) { parts.push(news.data); } });
    recorder.addEventListener("stop", function () {
      window.clearInterval(ticks);
      stream.getTracks().forEach(function (one) { one.stop(); });
      rest();
      said.textContent = !parts.length ? says.failed : over ? says.over : says.added;
      if (parts.length) { add(parts, kind); }
      if (sendAfter) { sendAfter = false; form.querySelector("button[type=submit]").click(); }
    });
    recorder.start();
    button.disabled = false;
    button.className = "second runs";
    button.textContent = says.stop;
    running.hidden = false;
    tick();
    ticks = window.setInterval(tick, 250);
  }

  var kind = able();
  voice.hidden = false;
  if (!kind) { button.hidden = true; said.textContent = says.none; return; }
  rest();

  button.addEventListener("click", function () {
    if (recorder) { recorder.stop(); return; }
    said.textContent = "";
    button.disabled = true;
    navigator.mediaDevices.getUserMedia({ audio: true }).then(function (stream) {
      try { record(stream, kind); } catch (broken) {
        stream.getTracks().forEach(function (one) { one.stop(); });
        throw broken;
      }
    }).catch(function (why) {
      rest();
      said.textContent = why && why.name === "NotAllowedError" ? says.refused : says.failed;
    });
  });

  /* Who presses Send while it still runs sends the note as well. */
  form.addEventListener("submit", function (event) {
    if (!recorder) { return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    sendAfter = true;
    if (recorder.state !== "inactive") { recorder.stop(); }
  }, true);
})();
