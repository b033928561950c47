// A drawn form whose conditions and values hang on its answers: after a change the server works them out again, and
// what it says is taken over here. What is being typed is never replaced. Without JavaScript a button does the same.
(function () {
  "use strict";

  var running = null;

  function hideAll(root) {
    root.querySelectorAll("[data-live]").forEach(function (box) { box.hidden = box.hasAttribute("data-hidden"); });
  }

  function asks(box) { return box.querySelector("input, select, textarea") !== null; }

  // The same choices on both sides, whatever is chosen.
  function choices(box) {
    return Array.prototype.map.call(box.querySelectorAll("option, .choice input"), function (each) {
      return each.value + "\u0000" + (each.textContent || each.parentNode.textContent);
    }).join("\u0001");
  }

  function takeWords(box, fresh) {
    ["label", "legend", ".hint", ".adorned > span"].forEach(function (part) {
      var old = box.querySelector(part), now = fresh.querySelector(part);
      if (old && now && !old.querySelector("input") && old.innerHTML !== now.innerHTML) old.innerHTML = now.innerHTML;
    });
    var readonly = fresh.querySelector("[readonly], :disabled") !== null;
    box.querySelectorAll("input, select, textarea").forEach(function (control) {
      var own = fresh.querySelector('[name="' + CSS.escape(control.name) + '"]');
      if (!own || document.activeElement === control) return;
      control.readOnly = readonly && own.readOnly;
      control.disabled = own.disabled;
    });
  }

  function take(box, fresh) {
    box.toggleAttribute("data-hidden", fresh.hasAttribute("data-hidden"));
    box.hidden = fresh.hasAttribute("data-hidden");
    if (box.classList.contains("rows")) return;
    if (!asks(box) && !asks(fresh)) box.innerHTML = fresh.innerHTML;
    else if (choices(box) !== choices(fresh) && !box.contains(document.activeElement)) box.innerHTML = fresh.innerHTML;
    else takeWords(box, fresh);
  }

  function refresh(form) {
    if (running) running.abort();
    running = new AbortController();
    var body = new FormData(form);
    Array.from(body.keys()).forEach(function (name) { if (body.get(name) instanceof File) body.delete(name); });
    body.append("refresh", "1");
    fetch(form.action, { method: "POST", body: body, signal: running.signal, credentials: "same-origin" })
      .then(function (answer) { return answer.ok ? answer.text() : ""; })
      .then(function (text) {
        if (!text) return;
        var fresh = new DOMParser().parseFromString(text, "text/html");
        form.querySelectorAll("[data-live]").forEach(function (box) {
          var same = fresh.querySelectorAll('[data-live="' + CSS.escape(box.dataset.live) + '"]');
          var now = Array.prototype.find.call(same, function (each) {
            return each.tagName === box.tagName && each.className === box.className;
          });
          if (now) take(box, now);
        });
        form.dataset.live = String(Number(form.dataset.live || 0) + 1);
      })
      .catch(function (error) { if (error.name !== "AbortError") throw error; });
  }

  document.addEventListener("change", function (event) {
    var form = event.target.closest("form");
    if (form && form.querySelector("[data-live]")) refresh(form);
  });
  document.addEventListener("reset", function (event) { setTimeout(function () { refresh(event.target); }, 0); });
  document.addEventListener("htmx:afterSwap", function () { hideAll(document); });
  hideAll(document);
})();
